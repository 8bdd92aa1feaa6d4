SELECT t::text
FROM (
    SELECT registration, at, workshop, sealed, sealed_commit, decision FROM note
) t
ORDER BY t.registration, t.at
