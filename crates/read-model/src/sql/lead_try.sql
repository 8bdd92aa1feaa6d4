SELECT pg_try_advisory_lock(hashtextextended(current_schema() || '.' || $1, 0)) AS held
