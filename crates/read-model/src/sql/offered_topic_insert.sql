INSERT INTO offered_topic (workshop, ordinal, slot, code, title)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::text[], $5::text[])
