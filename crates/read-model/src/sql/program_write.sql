INSERT INTO program (id, name, land, carrier, contact, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
ON CONFLICT (id) DO UPDATE
SET name = excluded.name,
    land = excluded.land,
    carrier = excluded.carrier,
    contact = excluded.contact,
    version = excluded.version
