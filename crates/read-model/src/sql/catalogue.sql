-- $1 program of the caller, $2 whether the caller sees everything, $3 behind which topic, $4 how many
WITH offered AS MATERIALIZED (
    SELECT o.code COLLATE "C" AS code, o.slot, o.title, w.id AS workshop, w.begins,
        ($1 = ANY (w.participating) OR $2) AS figures
    FROM offered_topic o
    JOIN workshop w ON w.id = o.workshop
    WHERE (w.published OR w.host = $1 OR $2) AND o.code COLLATE "C" > $3
),
page AS MATERIALIZED (
    SELECT coalesce(g.code, k.code) AS code, coalesce(k.title, g.title) AS title, k.abstract,
        coalesce(g.workshops, 0) AS workshops, coalesce(g.counted, 0) AS counted
    FROM (
        SELECT o.code,
            (array_agg(o.title ORDER BY o.begins DESC, o.workshop, o.slot))[1] AS title,
            count(DISTINCT o.workshop) AS workshops,
            count(DISTINCT o.workshop) FILTER (WHERE o.figures) AS counted
        FROM offered o
        GROUP BY o.code
    ) g
    FULL JOIN (
        SELECT t.code COLLATE "C" AS code, t.title, t.abstract
        FROM catalogue_topic t
        WHERE t.code COLLATE "C" > $3
    ) k ON k.code = g.code
    ORDER BY 1
    LIMIT $4
)
SELECT c.position, NULL::bigint AS parked_at, p.code, p.title, p.abstract, p.workshops, p.counted,
    d.program, d.vetoed, d.rank, d.amount, d.assigned
FROM checkpoint c
LEFT JOIN page p ON true
LEFT JOIN LATERAL (
    SELECT x.program, x.vetoed, x.rank, sum(x.amount)::bigint AS amount, x.assigned
    FROM (
        SELECT d.program, d.vetoed, d.rank, d.amount, false AS assigned
        FROM offered o
        JOIN demand d ON d.workshop = o.workshop AND d.slot = o.slot AND d.topic = o.code
        WHERE o.code = p.code AND o.figures
        UNION ALL
        SELECT a.program, false, 0, 1, true
        FROM offered o
        JOIN registration_topics a ON a.workshop = o.workshop
            AND o.code = CASE o.slot WHEN 1 THEN a.topic_1 ELSE a.topic_2 END
        WHERE o.code = p.code AND o.figures
    ) x
    GROUP BY x.program, x.vetoed, x.rank, x.assigned
) d ON true
WHERE c.projection = 'attendees'
ORDER BY p.code, d.program COLLATE "C", d.vetoed, d.rank
