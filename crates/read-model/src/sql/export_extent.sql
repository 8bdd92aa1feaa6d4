-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop, or none for the caller's own people
-- everywhere, filters: $4 state, $5 program, $6 program of whose workshops the caller sees all people
WITH seen AS MATERIALIZED (
    SELECT w.id, w.slug, w.title FROM workshop w WHERE w.id = $3 AND (w.published OR w.host = $1 OR $2)
),
wanted AS MATERIALIZED (
    SELECT r.id, r.workshop, r.person
    FROM registration r
    WHERE (($3::uuid IS NULL AND r.program = $1)
            OR (r.workshop = $3 AND EXISTS (SELECT FROM seen) AND (r.host = $6 OR r.program = $1))
            OR ($2 AND ($3::uuid IS NULL OR r.workshop = $3)))
        AND ($4::text IS NULL OR r.state = $4)
        AND ($5::text IS NULL OR r.program = $5)
)
SELECT c.position, k.since AS parked_at, s.slug, s.title,
    $3::uuid IS NULL OR s.id IS NOT NULL AS seen,
    h.decided_at, a.amount, a.persons, x.first_ranks, x.second_ranks
FROM checkpoint c
LEFT JOIN seen s ON true
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (s.id IS NOT NULL OR NOT k.begun)
LEFT JOIN last_decision h ON true
CROSS JOIN (SELECT count(*) AS amount, array_agg(DISTINCT person) AS persons FROM wanted) a
CROSS JOIN (
    SELECT
        coalesce(max(x.rank) FILTER (WHERE x.slot = 1), 0) AS first_ranks,
        coalesce(max(x.rank) FILTER (WHERE x.slot = 2), 0) AS second_ranks
    FROM wanted r
    JOIN wish x ON x.workshop = r.workshop AND x.registration = r.id AND NOT x.vetoed
) x
WHERE c.projection = 'attendees'
