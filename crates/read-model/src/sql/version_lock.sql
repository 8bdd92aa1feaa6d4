-- One at a time makes, drops or exchanges versions.
SELECT pg_advisory_xact_lock(hashtextextended('anmeldewerk.registry', 0))
