-- A subject that is parked already only gains messages.
INSERT INTO parked_subject (subject, since, error_code, messages)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
ON CONFLICT (subject) DO UPDATE SET messages = parked_subject.messages + excluded.messages
