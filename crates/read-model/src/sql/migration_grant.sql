GRANT USAGE ON SCHEMA rm_1 TO aw_projection, aw_gateway
