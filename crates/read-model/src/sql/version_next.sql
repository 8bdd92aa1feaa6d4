SELECT nextval('registry.version_number') AS number
