-- $1 program whose people are seen, $2 program whose workshops are seen with all their people,
-- $3 whether the caller sees everything, $4 whether people are seen at all,
-- $5 behind which position, $6 how many positions are looked through, $7 how many decisions are given
WITH reach AS MATERIALIZED (
    SELECT c.position,
        -- No position lies behind the last number there is.
        least(c.position, $5::bigint + least($6::bigint, 9223372036854775807 - $5::bigint)) AS reached
    FROM checkpoint c
    WHERE c.projection = 'attendees'
),
seen AS MATERIALIZED (
    SELECT h.position AS event_position, h.ordinal, h.decision, h.decided_at, h.simulated, h.actor, h.command, h.kind,
    h.workshop, h.registration, h.other, h.state, h.cause, h.cancelled_by, h.lapse, h.reason, h.expires,
        r.number, coalesce(r.program, h.program) AS of_program, w.host
    FROM reach
    JOIN history h ON h.position > $5::bigint AND h.position <= reach.reached
    -- One by one along the key: a part is small however long the log is.
    LEFT JOIN LATERAL (
        SELECT r.id, r.number, r.program
        FROM registration r
        WHERE r.id = h.registration AND $4 AND (r.program = $1 OR r.host = $2 OR $3)
        LIMIT 1
    ) r ON true
    LEFT JOIN workshop w ON w.id = h.workshop AND (w.published OR w.host = $1 OR $3)
    WHERE (h.registration IS NULL OR r.id IS NOT NULL)
        AND (h.workshop IS NULL OR w.id IS NOT NULL)
),
given AS (
    SELECT DISTINCT s.event_position FROM seen s ORDER BY s.event_position LIMIT $7
)
SELECT reach.position AS as_of, reach.reached, s.*
FROM reach
LEFT JOIN (SELECT s.* FROM seen s JOIN given g ON g.event_position = s.event_position) s ON true
ORDER BY s.event_position, s.ordinal
