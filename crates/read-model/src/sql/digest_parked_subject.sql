SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT subject, since, error_code, messages FROM parked_subject) t
ORDER BY t.subject COLLATE "C"
