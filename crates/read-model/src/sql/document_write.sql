-- Versions of documents. $1 workshops, $2 kinds, $3 numbers, $4 hashes of their bytes, $5 forms, $6 sizes, $7 titles,
-- $8 from which day on, $9 notes, $10 when they were added, $11 the versions of the rows
INSERT INTO document (
    workshop, kind, number, sha256, media_type, size, title, valid_from, note, added_at, version
)
SELECT
    d.workshop, d.kind, d.number, d.sha256, d.media_type, d.size, d.title, d.valid_from, d.note, d.added_at, d.version
FROM unnest(
    $1::uuid[], $2::text[], $3::integer[], $4::bytea[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::text[],
    $10::timestamptz[], $11::bigint[]
) AS d (workshop, kind, number, sha256, media_type, size, title, valid_from, note, added_at, version)
JOIN workshop w ON w.id = d.workshop
ON CONFLICT (workshop, kind, number) DO UPDATE
SET sha256 = excluded.sha256,
    media_type = excluded.media_type,
    size = excluded.size,
    title = excluded.title,
    valid_from = excluded.valid_from,
    note = excluded.note,
    added_at = excluded.added_at,
    version = excluded.version
