-- $1 the schema, $2 its stage, $3 after how many seconds it may go; null: never by itself
UPDATE registry.version
SET stage = $2, changed_at = now(), drop_after = now() + make_interval(secs => $3)
WHERE schema = $1
