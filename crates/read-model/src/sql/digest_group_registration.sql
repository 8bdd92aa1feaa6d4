SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        workshop, id, host, program, policy, size, contact, contact_commit,
        decision, person, arrival, version
    FROM group_registration
) t
ORDER BY t.workshop, t.id
