-- $1 the workshop, $2 the run, $3 the version, $4 topics that were closed
UPDATE assignment_run
SET published_at = $3,
    closed = $4
WHERE id = $2 AND workshop = $1
