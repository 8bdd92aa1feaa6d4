-- $1 the schema
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS there
