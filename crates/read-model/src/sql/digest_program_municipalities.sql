SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT program, municipality, name, kind, parent, valid_from, valid_until FROM program_municipalities) t
ORDER BY t.program COLLATE "C", t.municipality COLLATE "C"
