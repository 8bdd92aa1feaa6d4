-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.id AS seen, w.ranks,
    o.ordinal, o.slot, o.code, o.title,
    o.min, o.max, o.program_caps, o.municipality_cap, o.room, o.speakers, d.program, d.vetoed, d.rank, d.amount
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN offered_topic o ON o.workshop = w.id
LEFT JOIN demand d ON d.workshop = w.id AND d.slot = o.slot AND d.topic = o.code AND ($1 = ANY (w.participating) OR $2)
WHERE c.projection = 'attendees'
ORDER BY o.ordinal, d.program COLLATE "C", d.vetoed, d.rank
