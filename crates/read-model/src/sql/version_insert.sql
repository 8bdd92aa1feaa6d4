-- $1 the schema, $2 kind, $3 shape, $4 as of which position, $5 as of which time, $6 after how many seconds it may go
INSERT INTO registry.version (schema, kind, shape, stage, as_of, as_of_time, drop_after)
VALUES ($1, $2, $3, 'building', $4, $5, now() + make_interval(secs => $6))
