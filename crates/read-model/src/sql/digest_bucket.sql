SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (SELECT workshop, scope, key, size, release_stated, release_at FROM bucket) t
ORDER BY t.workshop, t.scope COLLATE "C", t.key COLLATE "C"
