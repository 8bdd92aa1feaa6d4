-- $1 the workshop, $2 the reason, $3 the version, $4 when it was decided
WITH ended AS (
    UPDATE registration
    SET state = 'cancelled',
        cause = NULL,
        cancelled_by = 'workshop',
        cancel_reason = $2,
        lapse = NULL,
        successor = NULL,
        expires = NULL,
        reason = $2,
        queue_rank = 1,
        topic_1 = NULL,
        topic_1_pinned = false,
        topic_2 = NULL,
        topic_2_pinned = false,
        version = $3
    WHERE workshop = $1
        AND state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
    RETURNING program
),
counted AS (
    INSERT INTO timeline (workshop, day, program, event, amount)
    SELECT $1, ($4 AT TIME ZONE 'Europe/Berlin')::date, program, 'cancelled', count(*)
    FROM ended
    GROUP BY program
    ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = timeline.amount + excluded.amount
    RETURNING workshop, day, program, event, amount
)
INSERT INTO daily_events (workshop, day, program, event, amount)
SELECT workshop, day, program, event, amount FROM counted
ON CONFLICT (workshop, day, program, event) DO UPDATE SET amount = excluded.amount
