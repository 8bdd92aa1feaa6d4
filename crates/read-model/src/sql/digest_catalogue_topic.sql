SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT code, title, abstract, version FROM catalogue_topic) t
ORDER BY t.code COLLATE "C"
