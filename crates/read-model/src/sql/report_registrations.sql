-- Tells dashboards of all registrations of workshops, when they are counted. $1 the workshops
WITH come AS MATERIALIZED (
    SELECT * FROM registration WHERE workshop = ANY ($1)
),
left_behind AS MATERIALIZED (
    SELECT DISTINCT t.municipality
    FROM come c
    JOIN registrations t ON t.registration = c.reporting
    WHERE t.municipality <> c.municipality
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
forgotten_municipalities AS (
    DELETE FROM municipalities m
    USING left_behind l
    WHERE m.municipality = l.municipality
        AND NOT EXISTS (SELECT FROM tally o WHERE o.municipality = m.municipality AND o.amount > 0)
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope = 'municipality' AND b.key = m.municipality)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.key = m.municipality)
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
