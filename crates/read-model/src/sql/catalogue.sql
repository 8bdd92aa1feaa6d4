-- $1 program of the caller, $2 whether the caller sees everything, $3 behind which topic, $4 how many
WITH offered AS MATERIALIZED (
    SELECT o.code COLLATE "C" AS code, o.slot, o.title, w.id AS workshop, w.begins,
        ($1 = ANY (w.participating) OR $2) AS figures
    FROM offered_topic o
    JOIN workshop w ON w.id = o.workshop
    WHERE (w.published OR w.host = $1 OR $2) AND o.code COLLATE "C" > $3
),
page AS MATERIALIZED (
    SELECT o.code,
        (array_agg(o.title ORDER BY o.begins DESC, o.workshop, o.slot))[1] AS title,
        count(DISTINCT o.workshop) AS workshops,
        count(DISTINCT o.workshop) FILTER (WHERE o.figures) AS counted
    FROM offered o
    GROUP BY o.code
    ORDER BY o.code
    LIMIT $4
)
SELECT c.position, NULL::bigint AS parked_at, p.code, p.title, p.workshops, p.counted,
    d.program, d.vetoed, d.rank, d.amount
FROM checkpoint c
LEFT JOIN page p ON true
LEFT JOIN LATERAL (
    SELECT d.program, d.vetoed, d.rank, sum(d.amount)::bigint AS amount
    FROM offered o
    JOIN demand d ON d.workshop = o.workshop AND d.slot = o.slot AND d.topic = o.code
    WHERE o.code = p.code AND o.figures
    GROUP BY d.program, d.vetoed, d.rank
) d ON true
WHERE c.projection = 'attendees'
ORDER BY p.code, d.program COLLATE "C", d.vetoed, d.rank
