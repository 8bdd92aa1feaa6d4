SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT id, name, land, carrier, contact, version FROM program) t
ORDER BY t.id COLLATE "C"
