INSERT INTO wish (workshop, registration, slot, vetoed, rank, topic)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::boolean[], $5::integer[], $6::text[])
