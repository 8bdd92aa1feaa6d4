SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, registration, day, slot, status, minutes, version FROM attendance) t
ORDER BY t.workshop, t.registration, t.day, t.slot
