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
    a.program, a.presences, a.minutes, a.unmeasured
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN (
    SELECT a.workshop, a.program, sum(a.amount)::bigint AS presences, sum(a.minutes)::bigint AS minutes,
        sum(a.unmeasured)::bigint AS unmeasured
    FROM asked w
    JOIN attendance_count a ON a.workshop = w.id
    WHERE a.status = 'present' AND ($6::text IS NULL OR a.program = $6)
    GROUP BY a.workshop, a.program
) a ON a.workshop = w.id
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, a.program COLLATE "C"
LIMIT 10001
