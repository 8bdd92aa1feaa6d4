SELECT schema, kind, shape, stage, as_of, as_of_time, digest, digest_at, differs, made_at, changed_at, drop_after
FROM registry.version
ORDER BY number
