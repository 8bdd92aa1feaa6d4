-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop,
-- filters: $4 state, $5 program, $6 municipality, $7 topic wished for,
-- $8 arrival of the last one seen, $9 how many,
-- $10 whether those who wait are listed in their order, behind $11, $12 and $13,
-- $14 which ones, where they were chosen by somebody else, $15 a filter again: topic assigned
WITH seen AS MATERIALIZED (
    SELECT w.id FROM workshop w WHERE w.id = $3 AND (w.published OR w.host = $1 OR $2)
),
-- One of the four parts runs, each along its own index.
page AS MATERIALIZED (
    (
        SELECT r.*
        FROM registration r
        WHERE $14::uuid[] IS NULL AND NOT $10 AND $4::text IS NULL AND r.workshop = $3 AND r.arrival > $8
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
            AND ($5::text IS NULL OR r.program = $5)
            AND ($6::text IS NULL OR r.municipality = $6)
            AND ($7::text IS NULL OR EXISTS (
                SELECT FROM wish x
                WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $7 AND NOT x.vetoed))
            AND ($15::text IS NULL OR $15 IN (r.topic_1, r.topic_2))
        ORDER BY r.arrival
        LIMIT $9
    )
    UNION ALL
    (
        SELECT r.*
        FROM registration r
        WHERE $14::uuid[] IS NULL AND NOT $10 AND r.state = $4 AND r.workshop = $3 AND r.arrival > $8
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
            AND ($5::text IS NULL OR r.program = $5)
            AND ($6::text IS NULL OR r.municipality = $6)
            AND ($7::text IS NULL OR EXISTS (
                SELECT FROM wish x
                WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $7 AND NOT x.vetoed))
            AND ($15::text IS NULL OR $15 IN (r.topic_1, r.topic_2))
        ORDER BY r.arrival
        LIMIT $9
    )
    UNION ALL
    (
        SELECT r.*
        FROM registration r
        WHERE $14::uuid[] IS NULL AND $10 AND r.state = 'waitlisted' AND r.workshop = $3
            AND (r.queue_rank, r.queue_at, r.queue_lot) > ($11, $12, $13)
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
            AND ($5::text IS NULL OR r.program = $5)
            AND ($6::text IS NULL OR r.municipality = $6)
            AND ($7::text IS NULL OR EXISTS (
                SELECT FROM wish x
                WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $7 AND NOT x.vetoed))
            AND ($15::text IS NULL OR $15 IN (r.topic_1, r.topic_2))
        ORDER BY r.queue_rank, r.queue_at, r.queue_lot
        LIMIT $9
    )
    UNION ALL
    (
        SELECT r.*
        FROM registration r
        WHERE r.id = ANY ($14) AND r.workshop = $3
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
    )
),
first AS MATERIALIZED (
    SELECT id, queue_rank, queue_at, queue_lot
    FROM page
    WHERE state = 'waitlisted'
    ORDER BY queue_rank, queue_at, queue_lot
    LIMIT 1
),
-- Places are counted once up to the first one waiting on the page, and from there on to the last.
places AS (
    SELECT q.id, before.amount + row_number() OVER (ORDER BY q.queue_rank, q.queue_at, q.queue_lot) AS place
    FROM first
    CROSS JOIN (
        SELECT queue_rank, queue_at, queue_lot
        FROM page
        WHERE state = 'waitlisted'
        ORDER BY queue_rank DESC, queue_at DESC, queue_lot DESC
        LIMIT 1
    ) last
    CROSS JOIN LATERAL (
        SELECT count(*) AS amount
        FROM waiting_line b
        WHERE b.workshop = $3
            AND (b.queue_rank, b.queue_at, b.queue_lot) < (first.queue_rank, first.queue_at, first.queue_lot)
    ) before
    JOIN waiting_line q
        ON q.workshop = $3
        AND (q.queue_rank, q.queue_at, q.queue_lot) >= (first.queue_rank, first.queue_at, first.queue_lot)
        AND (q.queue_rank, q.queue_at, q.queue_lot) <= (last.queue_rank, last.queue_at, last.queue_lot)
),
-- What keeps people waiting; the first one waiting on the page carries it.
standing AS MATERIALIZED (
    SELECT first.id,
        w.capacity, w.waitlist AS policy, w.promotion_stops_at, w.released,
        b.bucket_scopes, b.bucket_keys, b.bucket_sizes,
        t.taken_programs, t.taken_municipalities, t.taken_amounts,
        g.group_ids, g.group_programs, g.group_municipalities
    FROM first
    JOIN workshop w ON w.id = $3
    CROSS JOIN LATERAL (
        SELECT
            array_agg(b.scope) AS bucket_scopes,
            array_agg(b.key) AS bucket_keys,
            array_agg(b.size) AS bucket_sizes
        FROM bucket b
        WHERE b.workshop = w.id
    ) b
    CROSS JOIN LATERAL (
        SELECT
            array_agg(n.program) AS taken_programs,
            array_agg(n.municipality) AS taken_municipalities,
            array_agg(n.amount) AS taken_amounts
        FROM (
            SELECT q.program, q.municipality, sum(q.amount)::bigint AS amount
            FROM tally q
            WHERE q.workshop = w.id AND q.state IN (
                'pending_approval', 'confirmed', 'offered',
                'attended', 'partially_attended', 'no_show'
            )
            GROUP BY q.program, q.municipality
        ) n
    ) t
    CROSS JOIN LATERAL (
        SELECT
            array_agg(q.group_id ORDER BY q.queue_rank, q.queue_at, q.queue_lot) AS group_ids,
            array_agg(q.program ORDER BY q.queue_rank, q.queue_at, q.queue_lot) AS group_programs,
            array_agg(q.municipality ORDER BY q.queue_rank, q.queue_at, q.queue_lot) AS group_municipalities
        FROM registration q
        WHERE q.workshop = w.id AND q.state = 'waitlisted' AND q.together
            AND q.group_id IN (SELECT p.group_id FROM page p WHERE p.state = 'waitlisted')
    ) g
)
SELECT c.position, k.since AS parked_at, s.id AS seen, p.*, l.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics, h.days, h.day_slots, h.statuses, h.minutes,
    o.note, o.note_commit, o.note_decision, g.land,
    t.capacity, t.policy, t.promotion_stops_at, t.released,
    t.bucket_scopes, t.bucket_keys, t.bucket_sizes,
    t.taken_programs, t.taken_municipalities, t.taken_amounts,
    t.group_ids, t.group_programs, t.group_municipalities
FROM checkpoint c
LEFT JOIN seen s ON true
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (s.id IS NOT NULL OR NOT k.begun)
LEFT JOIN page p ON true
LEFT JOIN places l ON l.id = p.id
LEFT JOIN standing t ON t.id = p.id
LEFT JOIN LATERAL (
    SELECT n.sealed AS note, n.sealed_commit AS note_commit, n.decision AS note_decision
    FROM note n
    WHERE n.registration = p.id
    ORDER BY n.at DESC
    LIMIT 1
) o ON true
LEFT JOIN program g ON g.id = p.program
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.slot ORDER BY x.slot, x.vetoed, x.rank) AS slots,
        array_agg(x.vetoed ORDER BY x.slot, x.vetoed, x.rank) AS vetoed,
        array_agg(x.rank ORDER BY x.slot, x.vetoed, x.rank) AS ranks,
        array_agg(x.topic ORDER BY x.slot, x.vetoed, x.rank) AS topics
    FROM wish x
    WHERE x.workshop = p.workshop AND x.registration = p.id
) v
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.day::text ORDER BY x.day, x.slot) AS days,
        array_agg(x.slot ORDER BY x.day, x.slot) AS day_slots,
        array_agg(x.status ORDER BY x.day, x.slot) AS statuses,
        array_agg(x.minutes ORDER BY x.day, x.slot) AS minutes
    FROM attendance x
    WHERE x.workshop = p.workshop AND x.registration = p.id
) h
WHERE c.projection = 'attendees'
ORDER BY
    CASE WHEN $10 THEN p.queue_rank END,
    CASE WHEN $10 THEN p.queue_at END,
    CASE WHEN $10 THEN p.queue_lot END,
    p.arrival
