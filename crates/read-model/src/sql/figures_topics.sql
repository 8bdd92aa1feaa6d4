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
    o.slot, o.code, o.title AS topic_title, d.program, d.vetoed, d.rank, d.amount
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN offered_topic o ON o.workshop = w.id
LEFT JOIN demand d ON d.workshop = w.id AND d.slot = o.slot AND d.topic = o.code
    AND ($6::text IS NULL OR d.program = $6)
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, o.ordinal, d.program COLLATE "C", d.vetoed, d.rank
LIMIT 10001
