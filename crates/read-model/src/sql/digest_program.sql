SELECT t::text
FROM (SELECT id, name, land, carrier, contact, version FROM program) t
ORDER BY t.id COLLATE "C"
