-- Tells dashboards of workshops and what belongs to them, when everything is counted. $1 the workshops
WITH touched AS MATERIALIZED (
    SELECT * FROM workshop WHERE id = ANY ($1)
),
taking_part AS MATERIALIZED (
    SELECT id AS workshop, host AS program, true AS is_host FROM touched
    UNION
    SELECT t.id, p.program, false
    FROM touched t
    CROSS JOIN unnest(t.participating) AS p (program)
    WHERE p.program <> t.host
),
bounded AS MATERIALIZED (
    SELECT
        b.workshop, b.scope, b.key, b.size, b.release_at,
        CASE WHEN b.scope <> 'municipality' THEN b.key END AS program,
        CASE WHEN b.scope = 'municipality' THEN b.key END AS municipality,
        b.scope = 'guarantee' AND b.key = ANY (t.released) AS released
    FROM bucket b
    JOIN touched t ON t.id = b.workshop
),
named AS MATERIALIZED (
    SELECT o.workshop, o.slot, o.code AS topic, o.title, true AS offered
    FROM offered_topic o
    JOIN touched t ON t.id = o.workshop
    UNION ALL
    SELECT DISTINCT d.workshop, d.slot, d.topic, d.topic, false
    FROM demand d
    JOIN touched t ON t.id = d.workshop
    WHERE NOT EXISTS (
        SELECT FROM offered_topic o WHERE o.workshop = d.workshop AND o.slot = d.slot AND o.code = d.topic
    )
),
told_programs AS (
    INSERT INTO programs (program, name)
    SELECT program, program FROM taking_part
    UNION
    SELECT program, program FROM bounded WHERE program IS NOT NULL
    ON CONFLICT (program) DO NOTHING
),
told_municipalities AS (
    INSERT INTO municipalities (municipality)
    SELECT DISTINCT municipality FROM bounded WHERE municipality IS NOT NULL
    ON CONFLICT (municipality) DO NOTHING
),
told_taking_part AS (
    INSERT INTO workshop_programs (workshop, program, is_host)
    SELECT workshop, program, is_host FROM taking_part
    ON CONFLICT (workshop, program) DO NOTHING
),
told_buckets AS (
    INSERT INTO seat_buckets (workshop, scope, bucket, program, municipality, seats, released, release_at)
    SELECT workshop, scope, key, program, municipality, size, released, release_at FROM bounded
    ON CONFLICT (workshop, scope, bucket) DO UPDATE
    SET seats = excluded.seats, released = excluded.released, release_at = excluded.release_at
),
told_topics AS (
    INSERT INTO topics (workshop, slot, topic, title, offered)
    SELECT workshop, slot, topic, title, offered FROM named
    ON CONFLICT (workshop, slot, topic) DO UPDATE SET title = excluded.title, offered = excluded.offered
),
forgotten_topics AS (
    DELETE FROM topics o
    USING touched t
    WHERE o.workshop = t.id AND (o.workshop, o.slot, o.topic) NOT IN (SELECT workshop, slot, topic FROM named)
),
forgotten_taking_part AS (
    DELETE FROM workshop_programs o
    USING touched t
    WHERE o.workshop = t.id AND (o.workshop, o.program) NOT IN (SELECT workshop, program FROM taking_part)
    RETURNING o.program
),
forgotten_buckets AS (
    DELETE FROM seat_buckets o
    USING touched t
    WHERE o.workshop = t.id AND (o.workshop, o.scope, o.bucket) NOT IN (SELECT workshop, scope, key FROM bounded)
    RETURNING o.program, o.municipality
),
forgotten_programs AS (
    DELETE FROM programs o
    USING (SELECT program FROM forgotten_taking_part UNION SELECT program FROM forgotten_buckets) f
    WHERE o.program = f.program
        AND NOT EXISTS (SELECT FROM program p WHERE p.id = o.program)
        AND NOT EXISTS (SELECT FROM workshop w WHERE w.host = o.program OR o.program = ANY (w.participating))
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope <> 'municipality' AND b.key = o.program)
        AND NOT EXISTS (SELECT FROM tally t WHERE t.program = o.program AND t.amount > 0)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.program = o.program)
),
forgotten_municipalities AS (
    DELETE FROM municipalities o
    USING (SELECT DISTINCT municipality FROM forgotten_buckets) f
    WHERE o.municipality = f.municipality
        AND NOT EXISTS (SELECT FROM tally t WHERE t.municipality = o.municipality AND t.amount > 0)
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope = 'municipality' AND b.key = o.municipality)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.key = o.municipality)
)
INSERT INTO workshops (
    workshop, host, slug, title, kind, status, published, first_day, last_day, time_zone, begins_at, ends_at,
    opens_at, closes_at, format, town, capacity, min_participants, sign_up, admission, approval, waitlist, drawn
)
SELECT
    id, host, slug, title, kind, status, published, first_day, last_day, time_zone, begins, ends,
    opens_at, closing_at, format, venue_town, capacity, min_participants, sign_up, admission, approval, waitlist, drawn
FROM touched
ON CONFLICT (workshop) DO UPDATE
SET slug = excluded.slug,
    title = excluded.title,
    kind = excluded.kind,
    status = excluded.status,
    published = excluded.published,
    first_day = excluded.first_day,
    last_day = excluded.last_day,
    time_zone = excluded.time_zone,
    begins_at = excluded.begins_at,
    ends_at = excluded.ends_at,
    opens_at = excluded.opens_at,
    closes_at = excluded.closes_at,
    format = excluded.format,
    town = excluded.town,
    capacity = excluded.capacity,
    min_participants = excluded.min_participants,
    sign_up = excluded.sign_up,
    admission = excluded.admission,
    approval = excluded.approval,
    waitlist = excluded.waitlist,
    drawn = excluded.drawn
