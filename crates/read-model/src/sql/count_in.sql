-- After registrations have changed: takes them into the counts, and tells dashboards of both.
-- One statement, because whoever comes alone waits for each of them. $1 the registrations
WITH come AS MATERIALIZED (
    SELECT
        id, workshop, program, municipality, state, reporting, submitted_at, channel, cause, cancelled_by, lapse,
        reason, cancel_reason, overridden, expires, approved, group_id, placeholder, topic_1, topic_2
    FROM registration
    WHERE id = ANY ($1)
),
tallied AS (
    INSERT INTO tally (workshop, program, municipality, state, amount)
    SELECT workshop, program, municipality, state, count(*)
    FROM come
    GROUP BY workshop, program, municipality, state
    ON CONFLICT (workshop, program, municipality, state) DO UPDATE SET amount = tally.amount + excluded.amount
    RETURNING workshop, program, municipality, state, amount
),
demanded AS (
    INSERT INTO demand (workshop, slot, topic, program, vetoed, rank, amount)
    SELECT x.workshop, x.slot, x.topic, c.program, x.vetoed, x.rank, count(*)
    FROM come c
    JOIN wish x ON x.workshop = c.workshop AND x.registration = c.id
    WHERE c.state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred', 'merged')
    GROUP BY x.workshop, x.slot, x.topic, c.program, x.vetoed, x.rank
    ON CONFLICT (workshop, slot, topic, program, vetoed, rank)
        DO UPDATE SET amount = demand.amount + excluded.amount
    RETURNING workshop, slot, topic, program, vetoed, rank, amount
),
told_programs AS (
    INSERT INTO programs (program, name)
    SELECT DISTINCT program, program FROM come
    ON CONFLICT (program) DO NOTHING
),
told_municipalities AS (
    INSERT INTO municipalities (municipality)
    SELECT DISTINCT municipality FROM come
    ON CONFLICT (municipality) DO NOTHING
),
told_topics AS (
    INSERT INTO topics (workshop, slot, topic, title, offered)
    SELECT DISTINCT workshop, slot, topic, topic, false FROM demanded
    ON CONFLICT (workshop, slot, topic) DO NOTHING
),
told_counts AS (
    INSERT INTO registration_counts (workshop, program, municipality, state, amount)
    SELECT workshop, program, municipality, state, amount FROM tallied
    ON CONFLICT (workshop, program, municipality, state) DO UPDATE SET amount = excluded.amount
),
told_demand AS (
    INSERT INTO topic_demand (workshop, slot, topic, program, vetoed, rank, amount)
    SELECT workshop, slot, topic, program, vetoed, rank, amount FROM demanded
    ON CONFLICT (workshop, slot, topic, program, vetoed, rank) DO UPDATE SET amount = excluded.amount
)
INSERT INTO registrations (
    registration, workshop, program, municipality, submitted_at, channel, state, cause, cancelled_by, lapse,
    reason, cancel_reason, override_reason, expires_at, approved, in_group, is_placeholder,
    topic_1, topic_2
)
SELECT
    reporting, workshop, program, municipality, submitted_at, channel, state, cause, cancelled_by, lapse,
    reason, cancel_reason, overridden, expires, approved, group_id IS NOT NULL, placeholder,
    topic_1, topic_2
FROM come
ON CONFLICT (registration) DO UPDATE
SET municipality = excluded.municipality,
    state = excluded.state,
    cause = excluded.cause,
    cancelled_by = excluded.cancelled_by,
    lapse = excluded.lapse,
    reason = excluded.reason,
    cancel_reason = excluded.cancel_reason,
    override_reason = excluded.override_reason,
    expires_at = excluded.expires_at,
    approved = excluded.approved,
    is_placeholder = excluded.is_placeholder,
    topic_1 = excluded.topic_1,
    topic_2 = excluded.topic_2
