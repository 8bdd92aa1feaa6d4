-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 one workshop, $4 and $5 between which first days, $6 one program
WITH asked AS MATERIALIZED (
    SELECT w.id, w.title, w.first_day, w.host, w.participating, w.released, w.begins
    FROM workshop w
    WHERE ($1 = ANY (w.participating) OR $2) AND (w.published OR w.host = $1 OR $2)
        AND ($3::uuid IS NULL OR w.id = $3)
        AND w.first_day >= $4 AND w.first_day <= $5
)
SELECT c.position, NULL::bigint AS parked_at, l.decided_at, w.id AS workshop, w.title, w.first_day, w.host,
    p.program, p.live, r.look_alikes, r.placeholders, r.outside_land, r.overridden
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN LATERAL (
    SELECT t.program,
        coalesce(sum(t.amount) FILTER (WHERE t.state IN
            ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')), 0)::bigint AS live
    FROM tally t
    WHERE t.workshop = w.id AND ($6::text IS NULL OR t.program = $6)
        AND (t.program = $1 OR w.host = $1 OR $2)
    GROUP BY t.program
) p ON true
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE cardinality(r.look_alikes) > 0) AS look_alikes,
        count(*) FILTER (WHERE r.placeholder) AS placeholders,
        count(*) FILTER (WHERE NOT starts_with(r.municipality, g.land)) AS outside_land,
        count(*) FILTER (WHERE r.overridden IS NOT NULL) AS overridden
    FROM registration r
    LEFT JOIN program g ON g.id = r.program
    WHERE r.workshop = w.id AND r.program = p.program
        AND r.state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
) r ON true
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, p.program COLLATE "C"
LIMIT 10001
