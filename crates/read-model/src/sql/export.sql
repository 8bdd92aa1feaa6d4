-- $1 program of the caller, $2 whether the caller sees everything, $3 the workshop, or none for the caller's own people
-- everywhere, filters: $4 state, $5 program, $6 program of whose workshops the caller sees all people
SELECT r.*, w.title AS workshop_title, q.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics, h.days, h.day_slots, h.statuses, h.minutes,
    o.note, o.note_commit, o.note_decision, g.land
FROM registration r
JOIN workshop w ON w.id = r.workshop
-- Places are counted once, over all who wait.
LEFT JOIN (
    SELECT b.id,
        row_number() OVER (PARTITION BY b.workshop ORDER BY b.queue_rank, b.queue_at, b.queue_lot) AS place
    FROM waiting_line b
    WHERE $3::uuid IS NULL OR b.workshop = $3
) q ON q.id = r.id
LEFT JOIN LATERAL (
    SELECT n.sealed AS note, n.sealed_commit AS note_commit, n.decision AS note_decision
    FROM note n
    WHERE n.registration = r.id
    ORDER BY n.at DESC
    LIMIT 1
) o ON true
LEFT JOIN program g ON g.id = r.program
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.slot ORDER BY x.slot, x.vetoed, x.rank) AS slots,
        array_agg(x.vetoed ORDER BY x.slot, x.vetoed, x.rank) AS vetoed,
        array_agg(x.rank ORDER BY x.slot, x.vetoed, x.rank) AS ranks,
        array_agg(x.topic ORDER BY x.slot, x.vetoed, x.rank) AS topics
    FROM wish x
    WHERE x.workshop = r.workshop AND x.registration = r.id
) v
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.day::text ORDER BY x.day, x.slot) AS days,
        array_agg(x.slot ORDER BY x.day, x.slot) AS day_slots,
        array_agg(x.status ORDER BY x.day, x.slot) AS statuses,
        array_agg(x.minutes ORDER BY x.day, x.slot) AS minutes
    FROM attendance x
    WHERE x.workshop = r.workshop AND x.registration = r.id
) h
WHERE (($3::uuid IS NULL AND r.program = $1)
        OR (r.workshop = $3 AND (w.published OR w.host = $1) AND (r.host = $6 OR r.program = $1))
        OR ($2 AND ($3::uuid IS NULL OR r.workshop = $3)))
    AND ($4::text IS NULL OR r.state = $4)
    AND ($5::text IS NULL OR r.program = $5)
ORDER BY r.arrival
