SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT municipality, district, land FROM municipalities) t
ORDER BY t.municipality COLLATE "C"
