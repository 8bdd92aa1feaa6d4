SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, program, is_host FROM workshop_programs) t
ORDER BY t.workshop, t.program COLLATE "C"
