INSERT INTO parked_subject (subject, since, error_code)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
