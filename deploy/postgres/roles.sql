-- The four roles, and what those who read by SQL have in common. Asked twice it changes nothing but the passwords.
-- By hand: psql -v owner_password=… -v registration_password=… -v projection_password=… -v gateway_password=… -f roles.sql

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['aw_owner', 'aw_registration', 'aw_projection', 'aw_gateway', 'aw_reporting'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
  END LOOP;
END
$$;

-- Owns both databases and runs the migrations; no service connects as it.
ALTER ROLE aw_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
-- Writes persons and keys; sees no read model.
ALTER ROLE aw_registration LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'registration_password';
-- Writes the read model; sees no key.
ALTER ROLE aw_projection LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'projection_password';
-- Reads both, writes access records only.
ALTER ROLE aw_gateway LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'gateway_password';

-- What a program's own role for dashboards may do; nobody enters as it.
ALTER ROLE aw_reporting NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

-- Versions of the read model belong to the projection; whoever owns the database sees and may drop them all the same.
GRANT aw_projection TO aw_owner;
