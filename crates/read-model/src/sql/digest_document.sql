SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, kind, number, sha256, media_type, size, title, valid_from, note,
        added_at, version
    FROM document
) t
ORDER BY t.workshop, t.kind COLLATE "C", t.number
