-- $1 one program, or null for all of them
SELECT c.position, k.since AS parked_at, p.*
FROM checkpoint c
LEFT JOIN program p ON $1::text IS NULL OR p.id = $1
LEFT JOIN parked_subject k ON k.subject = 'aw.log.program.' || coalesce(p.id, $1)
WHERE c.projection = 'attendees'
ORDER BY p.id COLLATE "C"
