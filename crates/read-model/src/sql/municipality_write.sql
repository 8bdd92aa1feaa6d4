INSERT INTO municipality (program, key, name, kind, parent, valid_from, valid_until, version)
SELECT *
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::bigint[])
ON CONFLICT (program, key) DO UPDATE
SET name = excluded.name,
    kind = excluded.kind,
    parent = excluded.parent,
    valid_from = excluded.valid_from,
    valid_until = excluded.valid_until,
    version = excluded.version
