-- $1 program whose people are seen, $2 program whose workshops are seen with all their people,
-- $3 whether the caller sees everything, $4 the workshop, $5 how many,
-- filters, told and not applied, so that places in the order stay what they are: $6 states, $7 program,
-- $8 municipality, $9 topic wished for, $10 topic assigned
SELECT c.position, k.since AS parked_at, w.id AS seen, r.id, r.program, r.host, r.person, r.decision, r.number,
    r.identity, r.identity_commit, r.state, r.arrival, r.queue_rank, r.queue_at, r.queue_lot, r.wanted
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $4 AND (w.published OR w.host = $1 OR $3)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $4::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (
    SELECT r.*, (
        r.state = ANY ($6)
        AND ($7::text IS NULL OR r.program = $7)
        AND ($8::text IS NULL OR r.municipality = $8)
        AND ($9::text IS NULL OR EXISTS (
            SELECT FROM wish x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $9 AND NOT x.vetoed))
        AND ($10::text IS NULL OR coalesce($10 IN (r.topic_1, r.topic_2), false))
        ) AS wanted
    FROM registration r
    WHERE r.workshop = w.id AND (r.program = $1 OR r.host = $2 OR $3)
    ORDER BY r.arrival
    LIMIT $5
) r ON true
WHERE c.projection = 'attendees'
ORDER BY r.arrival
