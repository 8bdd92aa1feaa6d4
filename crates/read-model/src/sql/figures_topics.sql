-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 one workshop, $4 and $5 between which first days, $6 one program
WITH asked AS MATERIALIZED (
    SELECT w.id, w.title, w.first_day, w.host, w.participating, w.released, w.begins
    FROM workshop w
    WHERE ($1 = ANY (w.participating) OR $2) AND (w.published OR w.host = $1 OR $2)
        AND ($3::uuid IS NULL OR w.id = $3)
        AND w.first_day >= $4 AND w.first_day <= $5
),
counted AS MATERIALIZED (
    SELECT d.workshop, d.slot, d.topic, d.program, d.vetoed, d.rank, NULL::integer AS granted, d.amount
    FROM asked w
    JOIN demand d ON d.workshop = w.id
    WHERE $6::text IS NULL OR d.program = $6
    UNION ALL
    SELECT a.workshop, a.slot, a.topic, a.program, false, 0, a.granted, count(*)
    FROM asked w
    JOIN granted_topic a ON a.workshop = w.id
    WHERE $6::text IS NULL OR a.program = $6
    GROUP BY a.workshop, a.slot, a.topic, a.program, a.granted
)
SELECT c.position, NULL::bigint AS parked_at, l.decided_at, w.id AS workshop, w.title, w.first_day, w.host,
    o.slot, o.code, o.title AS topic_title, d.program, d.vetoed, d.rank, d.granted, d.amount
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN offered_topic o ON o.workshop = w.id
LEFT JOIN counted d ON d.workshop = w.id AND d.slot = o.slot AND d.topic = o.code
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, o.ordinal, d.program COLLATE "C", d.granted NULLS FIRST, d.vetoed, d.rank
LIMIT 10001
