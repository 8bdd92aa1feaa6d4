-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 the registration, or $4 the hash of its own secret, which needs no program
SELECT c.position, k.since AS parked_at, r.*, l.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics, h.days, h.day_slots, h.statuses, h.minutes,
    o.note, o.note_commit, o.note_decision, g.land,
    t.capacity, t.policy, t.promotion_stops_at, t.released,
    t.bucket_scopes, t.bucket_keys, t.bucket_sizes,
    t.taken_programs, t.taken_municipalities, t.taken_amounts,
    t.group_ids, t.group_programs, t.group_municipalities
FROM checkpoint c
LEFT JOIN registration r
    ON (r.id = $3 AND (r.host = $1 OR r.program = $1 OR $2)) OR r.link_hash = $4
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || r.workshop::text
LEFT JOIN LATERAL (
    SELECT count(*) AS place
    FROM waiting_line q
    WHERE q.workshop = r.workshop
        AND (q.queue_rank, q.queue_at, q.queue_lot) <= (r.queue_rank, r.queue_at, r.queue_lot)
) l ON r.state = 'waitlisted'
-- What keeps people waiting.
LEFT JOIN LATERAL (
    SELECT
        w.capacity, w.waitlist AS policy, w.promotion_stops_at, w.released,
        b.bucket_scopes, b.bucket_keys, b.bucket_sizes,
        t.taken_programs, t.taken_municipalities, t.taken_amounts,
        g.group_ids, g.group_programs, g.group_municipalities
    FROM workshop w
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
            AND q.group_id = r.group_id
    ) g
    WHERE w.id = r.workshop
) t ON r.state = 'waitlisted'
LEFT JOIN LATERAL (
    SELECT n.sealed AS note, n.sealed_commit AS note_commit, n.decision AS note_decision
    FROM note n
    WHERE n.registration = r.id
    ORDER BY n.at DESC
    LIMIT 1
) o ON true
LEFT JOIN program g ON g.id = r.program
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.slot ORDER BY x.slot, x.vetoed, x.rank) AS slots,
        array_agg(x.vetoed ORDER BY x.slot, x.vetoed, x.rank) AS vetoed,
        array_agg(x.rank ORDER BY x.slot, x.vetoed, x.rank) AS ranks,
        array_agg(x.topic ORDER BY x.slot, x.vetoed, x.rank) AS topics
    FROM wish x
    WHERE x.workshop = r.workshop AND x.registration = r.id
) v
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.day::text ORDER BY x.day, x.slot) AS days,
        array_agg(x.slot ORDER BY x.day, x.slot) AS day_slots,
        array_agg(x.status ORDER BY x.day, x.slot) AS statuses,
        array_agg(x.minutes ORDER BY x.day, x.slot) AS minutes
    FROM attendance x
    WHERE x.workshop = r.workshop AND x.registration = r.id
) h
WHERE c.projection = 'attendees'
ORDER BY r.arrival
LIMIT 1
