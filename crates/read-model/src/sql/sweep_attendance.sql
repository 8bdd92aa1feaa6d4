-- Who was there in a session, as it was stated last.
-- $1 the workshop, $2 the day, $3 the slot, $4 registrations, $5 whether they were there (null: nothing is stated any
-- more), $6 for how long, $7 the version
WITH stated AS MATERIALIZED (
    SELECT * FROM unnest($4::uuid[], $5::text[], $6::integer[]) AS s (id, status, minutes)
),
forgotten AS (
    DELETE FROM attendance a
    USING stated s
    WHERE a.workshop = $1 AND a.registration = s.id AND a.day = $2 AND a.slot = $3 AND s.status IS NULL
),
written AS (
    INSERT INTO attendance (workshop, registration, day, slot, status, minutes, version)
    SELECT $1, s.id, $2, $3, s.status, s.minutes, $7
    FROM stated s
    WHERE s.status IS NOT NULL
    ON CONFLICT (workshop, registration, day, slot) DO UPDATE
    SET status = excluded.status,
        minutes = excluded.minutes,
        version = excluded.version
)
UPDATE registration r
SET version = $7
FROM stated s
WHERE r.id = s.id AND r.workshop = $1
