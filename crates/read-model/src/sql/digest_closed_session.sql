SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, day, slot, version FROM closed_session) t
ORDER BY t.workshop, t.day, t.slot
