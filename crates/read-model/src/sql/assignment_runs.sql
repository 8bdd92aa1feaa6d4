-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop, $4 one run of it, or all
SELECT c.position, k.since AS parked_at, w.id AS seen,
    a.id, a.extent, a.algorithm, a.seed, a.ranks, a.input, a.people, a.placed_1, a.placed_2,
    a.drafted_at, a.published_at, a.closed
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.host = $1 OR w.published AND $1 = ANY (w.participating) OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (
    SELECT *
    FROM assignment_run a
    WHERE a.workshop = w.id AND ($4::uuid IS NULL OR a.id = $4)
    ORDER BY a.drafted_at DESC
    LIMIT 500
) a ON true
WHERE c.projection = 'attendees'
ORDER BY a.drafted_at DESC
