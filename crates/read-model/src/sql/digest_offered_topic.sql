SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, ordinal, slot, code, title, min, max, program_caps, municipality_cap, room, speakers
    FROM offered_topic
) t
ORDER BY t.workshop, t.ordinal
