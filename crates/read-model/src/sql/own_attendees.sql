-- $1 program whose people are listed, $2 arrival of the last one seen, $3 how many,
-- filters: $4 states, $5 municipality, $6 topic wished for, $7 topic assigned
WITH page AS MATERIALIZED (
    SELECT r.*
    FROM registration r
    WHERE r.program = $1 AND r.arrival > $2
        AND r.state = ANY ($4)
        AND ($5::text IS NULL OR r.municipality = $5)
        AND ($6::text IS NULL OR EXISTS (
            SELECT FROM wish x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $6 AND NOT x.vetoed))
        AND ($7::text IS NULL OR $7 IN (r.topic_1, r.topic_2))
    ORDER BY r.arrival
    LIMIT $3
)
SELECT c.position, NULL::bigint AS parked_at, p.*, l.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics, h.days, h.day_slots, h.statuses, h.minutes,
    o.note, o.note_commit, o.note_decision, g.land
FROM checkpoint c
LEFT JOIN page p ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS place
    FROM waiting_line q
    WHERE q.workshop = p.workshop
        AND (q.queue_rank, q.queue_at, q.queue_lot) <= (p.queue_rank, p.queue_at, p.queue_lot)
) l ON p.state = 'waitlisted'
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
ORDER BY p.arrival
