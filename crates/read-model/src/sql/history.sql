-- $1 program whose people are seen, $2 program whose workshops are seen with all their people,
-- $3 whether the caller sees everything, $4 the registration, or $5 the hash of its own secret,
-- $6 and $7 position and ordinal of the last event seen, $8 how many
SELECT c.position, k.since AS parked_at, r.id AS seen, r.host, r.program AS of_program,
    CASE WHEN h.registration = r.id THEN r.number END AS number,
    h.position AS event_position, h.ordinal, h.decision, h.decided_at, h.simulated, h.actor, h.command, h.kind,
    h.workshop, h.registration, h.other, h.state, h.cause, h.cancelled_by, h.lapse, h.reason, h.expires
FROM checkpoint c
LEFT JOIN registration r
    ON (r.id = $4 AND (r.program = $1 OR r.host = $2 OR $3)) OR r.link_hash = $5
LEFT JOIN parked_subject k ON k.subject = 'aw.log.workshop.' || r.workshop::text
LEFT JOIN LATERAL (
    SELECT e.*
    FROM (
        SELECT position, ordinal FROM history WHERE registration = r.id
        UNION
        -- It came in another's place, or another was merged into it.
        SELECT position, ordinal FROM history WHERE other = r.id
        UNION
        -- What concerns all of a workshop stands there once.
        SELECT position, ordinal
        FROM history
        WHERE workshop = r.workshop AND registration IS NULL AND position >= r.arrival / 512
            AND kind IN ('workshop.cancelled.v1', 'workshop.postponed.v1', 'draw.held.v1')
    ) own
    JOIN history e ON e.position = own.position AND e.ordinal = own.ordinal
    WHERE (own.position, own.ordinal) > ($6, $7)
    ORDER BY own.position, own.ordinal
    LIMIT $8
) h ON true
WHERE c.projection = 'attendees'
ORDER BY h.position, h.ordinal
