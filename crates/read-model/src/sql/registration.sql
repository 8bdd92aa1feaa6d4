-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 the registration, or $4 the hash of its own secret, which needs no program
SELECT c.position, k.since AS parked_at, r.*, l.place AS waitlist_place,
    v.slots, v.vetoed, v.ranks, v.topics
FROM checkpoint c
LEFT JOIN registration r
    ON (r.id = $3 AND (r.host = $1 OR r.program = $1 OR $2)) OR r.link_hash = $4
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || r.workshop::text
LEFT JOIN LATERAL (
    SELECT count(*) AS place
    FROM registration q
    WHERE q.workshop = r.workshop AND q.state = 'waitlisted' AND q.arrival <= r.arrival
) l ON r.state = 'waitlisted'
CROSS JOIN LATERAL (
    SELECT
        array_agg(x.slot ORDER BY x.slot, x.vetoed, x.rank) AS slots,
        array_agg(x.vetoed ORDER BY x.slot, x.vetoed, x.rank) AS vetoed,
        array_agg(x.rank ORDER BY x.slot, x.vetoed, x.rank) AS ranks,
        array_agg(x.topic ORDER BY x.slot, x.vetoed, x.rank) AS topics
    FROM wish x
    WHERE x.workshop = r.workshop AND x.registration = r.id
) v
WHERE c.projection = 'attendees'
ORDER BY r.arrival
LIMIT 1
