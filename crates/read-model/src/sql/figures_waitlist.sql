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
    p.program, s.registrations, s.waiting, s.offered, e.joined, e.moved, e.offers, e.lapsed
FROM checkpoint c
LEFT JOIN last_decision l ON true
LEFT JOIN asked w ON true
LEFT JOIN LATERAL (
    SELECT unnest(w.participating) AS program
    UNION
    SELECT t.program FROM tally t WHERE t.workshop = w.id
) p ON $6::text IS NULL OR p.program = $6
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(t.amount), 0)::bigint AS registrations,
        coalesce(sum(t.amount) FILTER (WHERE t.state = 'waitlisted'), 0)::bigint AS waiting,
        coalesce(sum(t.amount) FILTER (WHERE t.state = 'offered'), 0)::bigint AS offered
    FROM tally t
    WHERE t.workshop = w.id AND t.program = p.program
) s ON true
LEFT JOIN LATERAL (
    SELECT
        coalesce(sum(t.amount) FILTER (WHERE t.event = 'waitlisted'), 0)::bigint AS joined,
        coalesce(sum(t.amount) FILTER (WHERE t.event = 'moved_to_waitlist'), 0)::bigint AS moved,
        coalesce(sum(t.amount) FILTER (WHERE t.event = 'offered'), 0)::bigint AS offers,
        coalesce(sum(t.amount) FILTER (WHERE t.event = 'lapsed'), 0)::bigint AS lapsed
    FROM timeline t
    WHERE t.workshop = w.id AND t.program = p.program
) e ON true
WHERE c.projection = 'attendees'
ORDER BY w.begins, w.id, p.program COLLATE "C"
LIMIT 10001
