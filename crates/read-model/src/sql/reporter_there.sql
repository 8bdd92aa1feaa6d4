-- $1 the role
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS there
