SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT subject, position, message_hash, error_code FROM parked) t
ORDER BY t.subject COLLATE "C", t.position
