-- $1 program of the caller, $2 whether the caller sees everything, $3 the topic,
-- $4 and $5 begin and id of the last workshop seen, $6 how many workshops
WITH page AS MATERIALIZED (
    SELECT w.id, w.title, w.first_day, w.host, w.begins, w.ranks, ($1 = ANY (w.participating) OR $2) AS figures
    FROM workshop w
    WHERE (w.published OR w.host = $1 OR $2)
        AND EXISTS (SELECT FROM offered_topic o WHERE o.workshop = w.id AND o.code = $3)
        AND ($4::timestamptz IS NULL OR (w.begins, w.id) > ($4, $5))
    ORDER BY w.begins, w.id
    LIMIT $6
)
SELECT c.position, NULL::bigint AS parked_at, k.title AS stated_title, k.abstract,
    p.id AS workshop, p.title AS workshop_title, p.first_day, p.host,
    p.begins, p.ranks, p.figures, o.slot, o.code, o.title,
    o.min, o.max, o.program_caps, o.municipality_cap, o.room, o.speakers, d.program, d.vetoed, d.rank, d.amount, d.assigned
FROM checkpoint c
LEFT JOIN catalogue_topic k ON k.code = $3
LEFT JOIN page p ON true
LEFT JOIN offered_topic o ON o.workshop = p.id AND o.code = $3
LEFT JOIN LATERAL (
    SELECT x.program, x.vetoed, x.rank, x.amount, false AS assigned
    FROM demand x
    WHERE x.workshop = p.id AND x.slot = o.slot AND x.topic = o.code
    UNION ALL
    SELECT a.program, false, 0, count(*), true
    FROM registration_topics a
    WHERE a.workshop = p.id AND o.code = CASE o.slot WHEN 1 THEN a.topic_1 ELSE a.topic_2 END
    GROUP BY a.program
) d ON p.figures
WHERE c.projection = 'attendees'
ORDER BY p.begins, p.id, o.slot, d.program COLLATE "C", d.vetoed, d.rank
