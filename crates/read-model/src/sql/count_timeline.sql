-- Counts what has happened to registrations by day. $1 whose, $2 when, $3 type of the event
WITH counted AS (
    INSERT INTO timeline (workshop, day, program, event, amount)
    SELECT r.workshop, (h.decided_at AT TIME ZONE 'Europe/Berlin')::date, r.program,
        split_part(h.kind, '.', 2), count(*)
    FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS h (registration, decided_at, kind)
    JOIN registration r ON r.id = h.registration
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = timeline.amount + excluded.amount
    RETURNING workshop, day, program, event, amount
)
INSERT INTO daily_events (workshop, day, program, event, amount)
SELECT workshop, day, program, event, amount FROM counted
ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = excluded.amount
