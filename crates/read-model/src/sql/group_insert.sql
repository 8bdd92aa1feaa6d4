INSERT INTO group_registration (
    workshop, id, host, program, policy, size, contact, contact_commit, decision, person, arrival, version
)
SELECT
    a.workshop, a.id, w.host, a.program, a.policy, a.size, a.contact, a.contact_commit,
    a.decision, a.person, a.arrival, a.version
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[],
    $8::uuid[], $9::uuid[], $10::bigint[], $11::bigint[]
) AS a (
    workshop, id, program, policy, size, contact, contact_commit, decision, person, arrival, version
)
JOIN workshop w ON w.id = a.workshop
ON CONFLICT (workshop, id) DO NOTHING
