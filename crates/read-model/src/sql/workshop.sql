-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.*, s.confirmed, s.waitlisted,
    CASE WHEN f.figures THEN s.programs END AS programs,
    CASE WHEN f.figures THEN s.states END AS states,
    CASE WHEN f.figures THEN s.amounts END AS amounts,
    t.slots, t.codes, t.titles
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.status <> 'draft' OR w.host = $1 OR $2)
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT EXISTS (SELECT FROM workshop x WHERE x.id = $3))
CROSS JOIN LATERAL (SELECT $1 = ANY (w.participating) OR $2 AS figures) f
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(n.amount) FILTER (WHERE n.state = 'confirmed'), 0)::bigint AS confirmed,
        coalesce(sum(n.amount) FILTER (WHERE n.state = 'waitlisted'), 0)::bigint AS waitlisted,
        array_agg(n.program) AS programs,
        array_agg(n.state) AS states,
        array_agg(n.amount) AS amounts
    FROM (
        SELECT r.program, r.state, count(*) AS amount
        FROM registration r
        WHERE r.workshop = w.id
        GROUP BY r.program, r.state
        ORDER BY r.program COLLATE "C", r.state COLLATE "C"
    ) n
) s
CROSS JOIN LATERAL (
    SELECT
        array_agg(o.slot ORDER BY o.ordinal) AS slots,
        array_agg(o.code ORDER BY o.ordinal) AS codes,
        array_agg(o.title ORDER BY o.ordinal) AS titles
    FROM offered_topic o
    WHERE o.workshop = w.id
) t
WHERE c.projection = 'attendees'
