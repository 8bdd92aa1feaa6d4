INSERT INTO parked (subject, position, message_hash, error_code)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[], $4::text[])
