INSERT INTO note (registration, at, workshop, sealed, sealed_commit, decision)
SELECT n.registration, n.at, n.workshop, n.sealed, n.sealed_commit, n.decision
FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bytea[], $5::bytea[], $6::uuid[])
    AS n (registration, at, workshop, sealed, sealed_commit, decision)
ON CONFLICT (registration, at) DO NOTHING
