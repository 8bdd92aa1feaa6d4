-- $1 program whose people are seen, $2 program whose workshops are seen with all their people,
-- $3 whether the caller sees everything, $4 the workshop, $5 arrival of the last one seen, $6 how many,
-- filters: $7 program, $8 states, $9 municipality, $10 who cancelled, $11 why (empty: no reason), $12 what is odd,
-- $13 topic wished for, $14 in which slot, $15 with which rank (0: vetoed), $16 how the municipality begins,
-- $17 topic assigned, $18 in which slot, $19 by a wish of which rank (0: by none of their wishes, -1: without any),
-- $20 whether only who was there in any session
SELECT c.position, k.since AS parked_at, w.id AS seen, r.id, r.reporting, r.number, r.workshop, r.program,
    r.municipality, r.state, r.cause, r.cancelled_by, r.cancel_reason, r.reason, r.overridden, r.placeholder,
    r.submitted_at, r.arrival, r.version
FROM checkpoint c
LEFT JOIN workshop w ON w.id = $4 AND (w.published OR w.host = $1 OR $3)
LEFT JOIN standing_still k ON k.subject = 'aw.log.workshop.' || $4::text
    AND (w.id IS NOT NULL OR NOT k.begun)
LEFT JOIN LATERAL (
    SELECT r.*
    FROM registration r
    LEFT JOIN program g ON g.id = r.program
    WHERE r.workshop = w.id AND r.arrival > $5
        AND (r.program = $1 OR r.host = $2 OR $3)
        AND ($7::text IS NULL OR r.program = $7)
        -- Not by the index of states: in the order of arrival the search ends with the last row that is given.
        AND r.state || '' = ANY ($8)
        AND ($9::text IS NULL OR r.municipality = $9)
        AND ($16::text IS NULL OR starts_with(r.municipality, $16))
        AND ($10::text IS NULL OR r.cancelled_by = $10)
        AND ($11::text IS NULL OR coalesce(r.cancel_reason, '') = $11)
        AND ($12::text IS NULL OR CASE $12
            WHEN 'possible_duplicate' THEN cardinality(r.look_alikes) > 0
            WHEN 'placeholder' THEN r.placeholder
            WHEN 'municipality_outside_land' THEN NOT starts_with(r.municipality, g.land)
            WHEN 'overridden' THEN r.overridden IS NOT NULL
        END)
        AND ($13::text IS NULL OR EXISTS (
            SELECT FROM wish x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.topic = $13
                AND ($14::smallint IS NULL OR x.slot = $14)
                AND ($15::integer IS NULL OR CASE WHEN $15 = 0 THEN x.vetoed ELSE NOT x.vetoed AND x.rank = $15 END)))
        AND ($17::text IS NULL OR EXISTS (
            SELECT FROM (VALUES (1::smallint, r.topic_1), (2::smallint, r.topic_2)) AS s (slot, topic)
            WHERE s.topic = $17
                AND ($18::smallint IS NULL OR s.slot = $18)
                AND ($19::integer IS NULL OR $19 = coalesce(
                    (SELECT min(x.rank) FROM wish x
                        WHERE x.workshop = r.workshop AND x.registration = r.id AND x.slot = s.slot
                            AND x.topic = s.topic AND NOT x.vetoed),
                    (SELECT min(0) FROM wish x
                        WHERE x.workshop = r.workshop AND x.registration = r.id AND x.slot = s.slot
                            AND NOT x.vetoed),
                    -1))))
        AND (NOT $20 OR EXISTS (
            SELECT FROM attendance x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.status = 'present'))
    ORDER BY r.arrival
    LIMIT $6
) r ON true
WHERE c.projection = 'attendees'
ORDER BY r.arrival
