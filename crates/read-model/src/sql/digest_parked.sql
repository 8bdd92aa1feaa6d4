SELECT t::text
FROM (SELECT subject, position, message_hash, error_code FROM parked) t
ORDER BY t.subject COLLATE "C", t.position
