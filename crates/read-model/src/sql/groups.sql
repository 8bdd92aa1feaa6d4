-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop,
-- $4 program that registered them, $5 arrival of the last one seen, $6 how many
WITH seen AS MATERIALIZED (
    SELECT w.id FROM workshop w WHERE w.id = $3 AND (w.published OR w.host = $1 OR $2)
),
page AS MATERIALIZED (
    SELECT g.*
    FROM group_registration g
    WHERE g.workshop = $3 AND g.arrival > $5
        AND EXISTS (SELECT FROM seen)
        AND (g.host = $1 OR g.program = $1 OR $2)
        AND ($4::text IS NULL OR g.program = $4)
    ORDER BY g.arrival
    LIMIT $6
),
member AS MATERIALIZED (
    SELECT r.id, r.group_id, r.number, r.state, r.arrival, r.queue_rank, r.queue_at, r.queue_lot
    FROM page p
    JOIN registration r ON r.workshop = $3 AND r.group_id = p.id
),
first AS MATERIALIZED (
    SELECT queue_rank, queue_at, queue_lot
    FROM member
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
        FROM member
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
joined AS (
    SELECT m.group_id,
        array_agg(m.id ORDER BY m.arrival) AS member_ids,
        array_agg(m.number ORDER BY m.arrival) AS member_numbers,
        array_agg(m.state ORDER BY m.arrival) AS member_states,
        array_agg(l.place ORDER BY m.arrival) AS member_places
    FROM member m
    LEFT JOIN places l ON l.id = m.id
    GROUP BY m.group_id
)
SELECT c.position, k.since AS parked_at, s.id AS seen, p.*,
    m.member_ids, m.member_numbers, m.member_states, m.member_places
FROM checkpoint c
LEFT JOIN seen s ON true
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (s.id IS NOT NULL OR NOT k.begun)
LEFT JOIN page p ON true
LEFT JOIN joined m ON m.group_id = p.id
WHERE c.projection = 'attendees'
ORDER BY p.arrival
