-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.*, h.changed_at
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (
    SELECT h.decided_at AS changed_at
    FROM history h
    WHERE h.position = w.version
    ORDER BY h.ordinal
    LIMIT 1
) h ON true
WHERE c.projection = 'attendees'
