SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, day, program, event, amount FROM timeline) t
ORDER BY t.workshop, t.day, t.program COLLATE "C", t.event COLLATE "C"
