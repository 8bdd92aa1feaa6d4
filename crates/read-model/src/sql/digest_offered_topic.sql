SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, ordinal, slot, code, title FROM offered_topic) t
ORDER BY t.workshop, t.ordinal
