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
    t.program, t.attended, t.partly, t.no_show
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN LATERAL (
    SELECT t.program,
        coalesce(sum(t.amount) FILTER (WHERE t.state = 'attended'), 0)::bigint AS attended,
        coalesce(sum(t.amount) FILTER (WHERE t.state = 'partially_attended'), 0)::bigint AS partly,
        coalesce(sum(t.amount) FILTER (WHERE t.state = 'no_show'), 0)::bigint AS no_show
    FROM tally t
    WHERE t.workshop = w.id AND t.state IN ('attended', 'partially_attended', 'no_show')
        AND ($6::text IS NULL OR t.program = $6)
    GROUP BY t.program
) t ON true
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, t.program COLLATE "C"
LIMIT 10001
