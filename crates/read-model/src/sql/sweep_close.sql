-- Where attendance has brought people, once it is closed: there in all sessions that count, in some, or in none.
-- $1 the workshop, $2 registrations, or null for all that are confirmed, $3 the version
UPDATE registration r
SET state = d.state,
    version = $3
FROM (
    SELECT p.id,
        CASE count(a.day)
            WHEN 0 THEN 'no_show'
            WHEN n.amount THEN 'attended'
            ELSE 'partially_attended'
        END AS state
    FROM registration p
    CROSS JOIN (SELECT count(*) AS amount FROM closed_session c WHERE c.workshop = $1) n
    LEFT JOIN (
        SELECT a.registration, a.day
        FROM attendance a
        JOIN closed_session c ON c.workshop = a.workshop AND c.day = a.day AND c.slot = a.slot
        WHERE a.workshop = $1 AND a.status = 'present'
    ) a ON a.registration = p.id
    WHERE p.workshop = $1 AND n.amount > 0
        AND CASE
            WHEN $2::uuid[] IS NULL THEN p.state = 'confirmed'
            ELSE p.id = ANY ($2) AND p.state IN ('confirmed', 'attended', 'partially_attended', 'no_show')
        END
    GROUP BY p.id, n.amount
) d
WHERE r.id = d.id
