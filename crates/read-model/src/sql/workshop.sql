-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop
SELECT c.position, k.since AS parked_at, w.*, f.figures, s.confirmed, s.held, s.waitlisted,
    CASE WHEN f.figures THEN s.programs END AS programs,
    CASE WHEN f.figures THEN s.states END AS states,
    CASE WHEN f.figures THEN s.amounts END AS amounts,
    t.slots, t.codes, t.titles, t.mins, t.maxes, t.topic_program_caps, t.topic_municipality_caps, t.rooms, t.speakers,
    b.bucket_scopes, b.bucket_keys, b.bucket_sizes, b.release_stated, b.release_at, b.bucket_used
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $3 AND (w.published OR w.host = $1 OR $2)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $3::text
    AND (w.id IS NOT NULL OR NOT k.begun)
CROSS JOIN LATERAL (SELECT $1 = ANY (w.participating) OR $2 AS figures) f
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(n.amount) FILTER (
            WHERE n.state IN ('confirmed', 'attended', 'partially_attended', 'no_show')
        ), 0)::bigint AS confirmed,
        coalesce(sum(n.amount) FILTER (WHERE n.state IN ('pending_approval', 'offered')), 0)::bigint AS held,
        coalesce(sum(n.amount) FILTER (WHERE n.state = 'waitlisted'), 0)::bigint AS waitlisted,
        array_agg(n.program) AS programs,
        array_agg(n.state) AS states,
        array_agg(n.amount) AS amounts
    FROM (
        SELECT r.program, r.state, sum(r.amount)::bigint AS amount
        FROM tally r
        WHERE r.workshop = w.id
        GROUP BY r.program, r.state
        ORDER BY r.program COLLATE "C", r.state COLLATE "C"
    ) n
) s
CROSS JOIN LATERAL (
    SELECT
        array_agg(o.slot ORDER BY o.ordinal) AS slots,
        array_agg(o.code ORDER BY o.ordinal) AS codes,
        array_agg(o.title ORDER BY o.ordinal) AS titles,
        array_agg(o.min ORDER BY o.ordinal) AS mins,
        array_agg(o.max ORDER BY o.ordinal) AS maxes,
        array_agg(o.program_caps ORDER BY o.ordinal) AS topic_program_caps,
        array_agg(o.municipality_cap ORDER BY o.ordinal) AS topic_municipality_caps,
        array_agg(o.room ORDER BY o.ordinal) AS rooms,
        array_agg(o.speakers ORDER BY o.ordinal) AS speakers
    FROM offered_topic o
    WHERE o.workshop = w.id
) t
CROSS JOIN LATERAL (
    SELECT
        array_agg(b.scope) AS bucket_scopes,
        array_agg(b.key) AS bucket_keys,
        array_agg(b.size) AS bucket_sizes,
        array_agg(b.release_stated) AS release_stated,
        array_agg(b.release_at) AS release_at,
        array_agg(coalesce(u.amount, 0)) AS bucket_used
    FROM bucket b
    LEFT JOIN (
        SELECT r.municipality AS key, sum(r.amount)::bigint AS amount
        FROM tally r
        WHERE f.figures AND r.workshop = w.id AND r.state IN (
                'pending_approval', 'confirmed', 'offered',
                'attended', 'partially_attended', 'no_show'
            )
            AND EXISTS (SELECT FROM bucket m WHERE m.workshop = w.id AND m.scope = 'municipality')
        GROUP BY r.municipality
    ) u ON b.scope = 'municipality' AND u.key = b.key
    WHERE b.workshop = w.id
) b
WHERE c.projection = 'attendees'
