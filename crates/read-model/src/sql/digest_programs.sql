SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT program, name, land FROM programs) t
ORDER BY t.program COLLATE "C"
