SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT registration, at, workshop, sealed, sealed_commit, decision FROM note
) t
ORDER BY t.registration, t.at
