-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop,
-- $4 one kind, or all, $5 one version of it, or all
SELECT c.position, k.since AS parked_at, w.id AS seen, w.slug, w.published, d.kind, d.number, d.sha256, d.media_type,
    d.size, d.title, d.valid_from, d.note, d.added_at, d.version
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN document d ON d.workshop = w.id
    AND ($4::text IS NULL OR d.kind = $4)
    AND ($5::integer IS NULL OR d.number = $5)
WHERE c.projection = 'attendees'
ORDER BY d.kind COLLATE "C", d.number
