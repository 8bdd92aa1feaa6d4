SELECT t::text
FROM (SELECT subject, since, error_code FROM parked_subject) t
ORDER BY t.subject COLLATE "C"
