SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, scope, bucket, scope_label, program, municipality, seats, released, release_at, release_on
    FROM seat_buckets
) t
ORDER BY t.workshop, t.scope COLLATE "C", t.bucket COLLATE "C"
