SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT program, key, name, kind, parent, valid_from, valid_until, version FROM municipality) t
ORDER BY t.program COLLATE "C", t.key COLLATE "C"
