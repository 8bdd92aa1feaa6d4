-- $1 program whose people are seen, $2 program whose workshops are seen with all their people,
-- $3 whether the caller sees everything, $4 the workshop, $5 and $6 position and ordinal of the last event seen,
-- $7 how many, filters: $8 program, $9 local day (Europe/Berlin), $10 what happened
SELECT c.position, k.since AS parked_at, w.id AS seen, h.*
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $4 AND (w.published OR w.host = $1 OR $3)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $4::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (
    SELECT h.position AS event_position, h.ordinal, h.decision, h.decided_at, h.simulated, h.actor, h.command, h.kind,
        h.workshop, w.host, h.registration, r.reporting, r.number, r.program AS of_program, h.other, h.state, h.cause,
        h.cancelled_by, h.lapse, h.reason, h.expires
    FROM history h
    JOIN LATERAL (
        SELECT r.reporting, r.number, r.program
        FROM registration r
        WHERE r.id = h.registration AND (r.program = $1 OR r.host = $2 OR $3)
        LIMIT 1
    ) r ON true
    WHERE h.workshop = w.id AND (h.position, h.ordinal) > ($5, $6)
        AND ($8::text IS NULL OR r.program = $8)
        AND ($9::date IS NULL OR (h.decided_at AT TIME ZONE 'Europe/Berlin')::date = $9)
        AND ($10::text IS NULL OR split_part(h.kind, '.', 2) = $10)
    ORDER BY h.position, h.ordinal
    LIMIT $7
) h ON true
WHERE c.projection = 'attendees'
ORDER BY h.event_position, h.ordinal
