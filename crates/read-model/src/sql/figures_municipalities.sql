-- $1 program of the caller, $2 whether the caller sees everything,
-- $3 one workshop, $4 and $5 between which first days, $6 one program
--
-- Three sorts of rows: what is counted, and of each program's list how much of it there is on the day, and which of
-- it nobody comes from (white spots). Somebody from a municipality comes from its Kreis, too.
WITH asked AS MATERIALIZED (
    SELECT w.id, w.title, w.first_day, w.host, w.participating, w.released, w.begins
    FROM workshop w
    WHERE ($1 = ANY (w.participating) OR $2) AND (w.published OR w.host = $1 OR $2)
        AND ($3::uuid IS NULL OR w.id = $3)
        AND w.first_day >= $4 AND w.first_day <= $5
),
stand AS MATERIALIZED (
    SELECT c.position, l.decided_at, coalesce(
        (SELECT w.first_day FROM asked w WHERE w.id = $3),
        (l.decided_at AT TIME ZONE 'Europe/Berlin')::date
    ) AS day
    FROM checkpoint c
    LEFT JOIN last_decision l ON true
    WHERE c.projection = 'attendees'
),
counted AS MATERIALIZED (
    SELECT w.id AS workshop, w.title, w.first_day, w.host, w.begins, t.program, t.municipality, t.state, t.amount,
        g.land, m.name, m.kind, d.name AS district_name, m.key IS NOT NULL AS listed,
        coalesce(m.valid_until < w.first_day, false) AS abolished
    FROM asked w
    JOIN tally t ON t.workshop = w.id AND ($6::text IS NULL OR t.program = $6)
    LEFT JOIN program g ON g.id = t.program
    LEFT JOIN municipality m ON m.program = t.program AND m.key = t.municipality
    LEFT JOIN municipality d ON d.program = t.program AND d.key = left(t.municipality, 5)
    LIMIT 10001
),
taking_part AS MATERIALIZED (
    SELECT DISTINCT p.program
    FROM asked w
    CROSS JOIN unnest(w.participating) AS p (program)
    WHERE $6::text IS NULL OR p.program = $6
),
covered AS MATERIALIZED (
    SELECT DISTINCT t.program, k.key
    FROM asked w
    JOIN tally t ON t.workshop = w.id
    CROSS JOIN LATERAL (VALUES (t.municipality), (left(t.municipality, 5))) AS k (key)
    WHERE t.state IN (
                'pending_approval', 'confirmed', 'offered',
                'attended', 'partially_attended', 'no_show'
            )
),
there AS MATERIALIZED (
    SELECT m.program, m.key, m.name, m.kind, d.name AS district_name, c.key IS NULL AS white
    FROM stand s
    CROSS JOIN taking_part p
    JOIN municipality m ON m.program = p.program
        AND (m.valid_from IS NULL OR m.valid_from <= s.day) AND (m.valid_until IS NULL OR m.valid_until >= s.day)
    LEFT JOIN covered c ON c.program = m.program AND c.key = m.key
    LEFT JOIN municipality d ON d.program = m.program AND d.key = left(m.key, 5)
)
SELECT s.position, NULL::bigint AS parked_at, s.decided_at, s.day, r.*
FROM stand s
LEFT JOIN (
    SELECT 0 AS sort, c.workshop, c.title, c.first_day, c.host, c.begins, c.program, c.municipality, c.state,
        c.amount, c.land, c.name, c.kind, c.district_name, c.listed, c.abolished, NULL::bigint AS white
    FROM counted c
    UNION ALL
    SELECT 1, NULL, NULL, NULL, NULL, NULL, t.program, NULL, NULL,
        count(*), NULL, NULL, NULL, NULL, NULL, NULL, count(*) FILTER (WHERE t.white)
    FROM there t
    GROUP BY t.program
    UNION ALL
    (
        SELECT 2, NULL, NULL, NULL, NULL, NULL, t.program, t.key, NULL,
            NULL, NULL, t.name, t.kind, t.district_name, NULL, NULL, NULL
        FROM there t
        WHERE t.white
        LIMIT 10001
    )
) r ON true
ORDER BY r.sort, r.begins, r.workshop, r.program COLLATE "C", r.municipality COLLATE "C", r.state COLLATE "C"
