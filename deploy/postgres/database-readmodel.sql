-- Who may enter the read model. The database itself: CREATE DATABASE readmodel OWNER aw_owner;
-- By hand: psql -v readmodel=readmodel -f database-readmodel.sql

REVOKE ALL ON DATABASE :"readmodel" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"readmodel" TO aw_projection, aw_gateway, aw_reporting;
-- Versions of the read model are schemas, which the projection makes and drops.
GRANT CREATE ON DATABASE :"readmodel" TO aw_projection;
