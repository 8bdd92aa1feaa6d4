-- $1 the workshop, $2 the event that gives the places, $3 the place drawn for each who rests, $4 the version,
-- $5 when it was decided
WITH waiting AS (
    UPDATE registration r
    SET state = 'waitlisted',
        cause = NULL,
        cancelled_by = NULL,
        cancel_reason = NULL,
        lapse = NULL,
        successor = NULL,
        queue_rank = 1,
        queue_at = $2,
        queue_lot = drawn.place,
        version = $4
    FROM (
        SELECT id, row_number() OVER (ORDER BY queue_rank, queue_at, queue_lot) AS number
        FROM registration
        WHERE workshop = $1 AND state = 'submitted' AND expires IS NULL
    ) resting
    JOIN unnest($3::integer[]) WITH ORDINALITY AS drawn (place, number) ON drawn.number = resting.number
    WHERE r.id = resting.id
    RETURNING r.program
),
counted AS (
    INSERT INTO timeline (workshop, day, program, event, amount)
    SELECT $1, ($5 AT TIME ZONE 'Europe/Berlin')::date, program, 'waitlisted', count(*)
    FROM waiting
    GROUP BY program
    ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = timeline.amount + excluded.amount
    RETURNING workshop, day, program, event, amount
)
INSERT INTO daily_events (workshop, day, program, event, amount)
SELECT workshop, day, program, event, amount FROM counted
ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = excluded.amount
