-- After registrations have changed: takes them into the counts. $1 the registrations
WITH come AS MATERIALIZED (
    SELECT id, workshop, program, municipality, state FROM registration WHERE id = ANY ($1)
),
tallied AS (
    INSERT INTO tally (workshop, program, municipality, state, amount)
    SELECT workshop, program, municipality, state, count(*)
    FROM come
    GROUP BY workshop, program, municipality, state
    ON CONFLICT (workshop, program, municipality, state) DO UPDATE SET amount = tally.amount + excluded.amount
)
INSERT INTO demand (workshop, slot, topic, program, vetoed, rank, amount)
SELECT x.workshop, x.slot, x.topic, c.program, x.vetoed, x.rank, count(*)
FROM come c
JOIN wish x ON x.workshop = c.workshop AND x.registration = c.id
WHERE c.state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
GROUP BY x.workshop, x.slot, x.topic, c.program, x.vetoed, x.rank
ON CONFLICT (workshop, slot, topic, program, vetoed, rank) DO UPDATE SET amount = demand.amount + excluded.amount
