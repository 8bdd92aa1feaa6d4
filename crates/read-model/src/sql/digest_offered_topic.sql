SELECT t::text
FROM (SELECT workshop, ordinal, slot, code, title FROM offered_topic) t
ORDER BY t.workshop, t.ordinal
