-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.id AS seen, w.ranks,
    o.ordinal, o.slot, o.code, o.title,
    o.min, o.max, o.program_caps, o.municipality_cap, o.room, o.speakers, d.program, d.vetoed, d.rank, d.amount, d.assigned
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN offered_topic o ON o.workshop = w.id
LEFT JOIN LATERAL (
    SELECT x.program, x.vetoed, x.rank, x.amount, false AS assigned
    FROM demand x
    WHERE x.workshop = w.id AND x.slot = o.slot AND x.topic = o.code
    UNION ALL
    SELECT a.program, false, 0, count(*), true
    FROM registration_topics a
    WHERE a.workshop = w.id AND o.code = CASE o.slot WHEN 1 THEN a.topic_1 ELSE a.topic_2 END
    GROUP BY a.program
) d ON ($1 = ANY (w.participating) OR $2)
WHERE c.projection = 'attendees'
ORDER BY o.ordinal, d.program COLLATE "C", d.vetoed, d.rank
