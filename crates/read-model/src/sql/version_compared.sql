-- $1 the schema, $2 the digest, $3 as of which position, $4 the tables whose difference is accepted
UPDATE registry.version SET digest = $2, digest_at = $3, differs = $4 WHERE schema = $1
