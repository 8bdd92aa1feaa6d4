SELECT pg_try_advisory_lock(hashtextextended('anmeldewerk.projection.' || $1, 0)) AS held
