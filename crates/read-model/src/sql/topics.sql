-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
WITH live AS MATERIALIZED (
    SELECT r.id, r.program
    FROM registration r
    WHERE r.workshop = $3 AND r.state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
)
SELECT c.position, k.since AS parked_at, w.id AS seen, w.ranks,
    o.ordinal, o.slot, o.code, o.title, d.program, d.vetoed, d.rank, d.amount
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT EXISTS (SELECT FROM workshop x WHERE x.id = $3))
LEFT JOIN offered_topic o ON o.workshop = w.id
LEFT JOIN (
    SELECT x.slot, x.topic, l.program, x.vetoed, x.rank, count(*) AS amount
    FROM wish x
    JOIN live l ON l.id = x.registration
    WHERE x.workshop = $3
    GROUP BY x.slot, x.topic, l.program, x.vetoed, x.rank
) d ON d.slot = o.slot AND d.topic = o.code AND ($1 = ANY (w.participating) OR $2)
WHERE c.projection = 'attendees'
ORDER BY o.ordinal, d.program COLLATE "C", d.vetoed, d.rank
