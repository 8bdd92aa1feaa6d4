SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, day, program, event, event_label, amount FROM daily_events) t
ORDER BY t.workshop, t.day, t.program COLLATE "C", t.event COLLATE "C"
