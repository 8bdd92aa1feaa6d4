-- Tells dashboards of attendance. $1 the workshops in which it has changed
WITH stated AS MATERIALIZED (
    SELECT r.reporting, a.workshop, a.day, a.slot, a.status, a.minutes
    FROM attendance a
    JOIN registration r ON r.id = a.registration
    WHERE a.workshop = ANY ($1)
),
forgotten AS (
    DELETE FROM attendances t
    WHERE t.workshop = ANY ($1)
        AND NOT EXISTS (
            SELECT FROM stated s WHERE s.reporting = t.registration AND s.day = t.day AND s.slot = t.slot
        )
)
INSERT INTO attendances (registration, workshop, day, slot, status, minutes)
SELECT reporting, workshop, day, slot, status, minutes FROM stated
ON CONFLICT (registration, day, slot) DO UPDATE
SET status = excluded.status,
    minutes = excluded.minutes
