-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop,
-- filters: $4 state, $5 program, $6 municipality, $7 topic wished for,
-- $8 arrival of the last one seen, $9 how many
WITH seen AS MATERIALIZED (
    SELECT w.id FROM workshop w WHERE w.id = $3 AND (w.status <> 'draft' OR w.host = $1 OR $2)
),
-- One of the two halves runs, each along its own index.
page AS MATERIALIZED (
    (
        SELECT r.*
        FROM registration r
        WHERE $4::text IS NULL AND r.workshop = $3 AND r.arrival > $8
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
            AND ($5::text IS NULL OR r.program = $5)
            AND ($6::text IS NULL OR r.municipality = $6)
            AND ($7::text IS NULL OR EXISTS (
                SELECT FROM wish x
                WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $7 AND NOT x.vetoed))
        ORDER BY r.arrival
        LIMIT $9
    )
    UNION ALL
    (
        SELECT r.*
        FROM registration r
        WHERE r.state = $4 AND r.workshop = $3 AND r.arrival > $8
            AND EXISTS (SELECT FROM seen)
            AND (r.host = $1 OR r.program = $1 OR $2)
            AND ($5::text IS NULL OR r.program = $5)
            AND ($6::text IS NULL OR r.municipality = $6)
            AND ($7::text IS NULL OR EXISTS (
                SELECT FROM wish x
                WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $7 AND NOT x.vetoed))
        ORDER BY r.arrival
        LIMIT $9
    )
),
-- Places are counted once up to the first one waiting on the page, and from there on to the last.
places AS (
    SELECT q.id, before.amount + row_number() OVER (ORDER BY q.arrival) AS place
    FROM (
        SELECT min(arrival) AS first, max(arrival) AS last FROM page WHERE state = 'waitlisted'
    ) span
    CROSS JOIN LATERAL (
        SELECT count(*) AS amount
        FROM registration b
        WHERE b.workshop = $3 AND b.state = 'waitlisted' AND b.arrival < span.first
    ) before
    JOIN registration q
        ON q.workshop = $3 AND q.state = 'waitlisted' AND q.arrival BETWEEN span.first AND span.last
)
SELECT c.position, k.since AS parked_at, s.id AS seen, p.*, l.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics
FROM checkpoint c
LEFT JOIN seen s ON true
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (s.id IS NOT NULL OR NOT EXISTS (SELECT FROM workshop x WHERE x.id = $3))
LEFT JOIN page p ON true
LEFT JOIN places l ON l.id = p.id
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.slot ORDER BY x.slot, x.vetoed, x.rank) AS slots,
        array_agg(x.vetoed ORDER BY x.slot, x.vetoed, x.rank) AS vetoed,
        array_agg(x.rank ORDER BY x.slot, x.vetoed, x.rank) AS ranks,
        array_agg(x.topic ORDER BY x.slot, x.vetoed, x.rank) AS topics
    FROM wish x
    WHERE x.workshop = p.workshop AND x.registration = p.id
) v
WHERE c.projection = 'attendees'
ORDER BY p.arrival
