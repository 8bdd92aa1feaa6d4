-- Who may enter the vault. The database itself: CREATE DATABASE vault OWNER aw_owner;
-- By hand: psql -v vault=vault -f database-vault.sql

REVOKE ALL ON DATABASE :"vault" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"vault" TO aw_registration, aw_gateway;
