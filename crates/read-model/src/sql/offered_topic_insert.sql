INSERT INTO offered_topic (
    workshop, ordinal, slot, code, title, min, max, program_caps, municipality_cap, room, speakers
)
SELECT * FROM unnest(
    $1::uuid[], $2::integer[], $3::smallint[], $4::text[], $5::text[],
    $6::bigint[], $7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::text[]
)
