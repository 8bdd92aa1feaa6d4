INSERT INTO bucket (workshop, scope, key, size, release_stated, release_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
