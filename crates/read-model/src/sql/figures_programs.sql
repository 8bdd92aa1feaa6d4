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
    p.program, s.states, s.amounts, cap.size AS cap,
    g.size AS guarantee, g.release_stated, g.release_at, p.program = ANY (w.released) AS released
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN LATERAL (
    SELECT unnest(w.participating) AS program
    UNION
    SELECT t.program FROM tally t WHERE t.workshop = w.id
) p ON $6::text IS NULL OR p.program = $6
LEFT JOIN LATERAL (
    SELECT
        array_agg(t.state ORDER BY t.state COLLATE "C") AS states,
        array_agg(t.amount ORDER BY t.state COLLATE "C") AS amounts
    FROM (
        SELECT n.state, sum(n.amount)::bigint AS amount
        FROM tally n
        WHERE n.workshop = w.id AND n.program = p.program
        GROUP BY n.state
    ) t
) s ON true
LEFT JOIN bucket cap ON cap.workshop = w.id AND cap.scope = 'program' AND cap.key = p.program
LEFT JOIN bucket g ON g.workshop = w.id AND g.scope = 'guarantee' AND g.key = p.program
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, p.program COLLATE "C"
LIMIT 10001
