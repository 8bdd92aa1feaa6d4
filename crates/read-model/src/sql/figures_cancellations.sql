-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 one workshop, $4 and $5 between which first days, $6 one program
WITH asked AS MATERIALIZED (
    SELECT w.id, w.title, w.first_day, w.host, w.participating, w.released, w.begins
    FROM workshop w
    WHERE ($1 = ANY (w.participating) OR $2) AND (w.published OR w.host = $1 OR $2)
        AND ($3::uuid IS NULL OR w.id = $3)
        AND w.first_day >= $4 AND w.first_day <= $5
)
SELECT c.position, NULL::bigint AS parked_at, l.decided_at, w.id AS workshop, w.title, w.first_day, w.host,
    p.program, p.registrations, r.cancelled_by, r.cancel_reason, r.amount
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN LATERAL (
    SELECT t.program, sum(t.amount)::bigint AS registrations
    FROM tally t
    WHERE t.workshop = w.id AND ($6::text IS NULL OR t.program = $6)
        AND (t.program = $1 OR w.host = $1 OR $2)
    GROUP BY t.program
) p ON true
LEFT JOIN LATERAL (
    SELECT r.cancelled_by, r.cancel_reason, count(*) AS amount
    FROM registration r
    WHERE r.workshop = w.id AND r.state = 'cancelled' AND r.program = p.program
    GROUP BY r.cancelled_by, r.cancel_reason
) r ON true
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, p.program COLLATE "C", r.cancelled_by COLLATE "C", r.cancel_reason COLLATE "C"
LIMIT 10001
