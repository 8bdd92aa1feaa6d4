UPDATE workshop w
SET status = moved.status, version = moved.version
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS moved (id, status, version)
WHERE w.id = moved.id
