-- Before registrations change: takes them out of the counts. $1 the registrations
WITH gone AS MATERIALIZED (
    SELECT id, workshop, program, municipality, state FROM registration WHERE id = ANY ($1)
),
tallied AS (
    UPDATE tally t
    SET amount = t.amount - n.amount
    FROM (
        SELECT workshop, program, municipality, state, count(*) AS amount
        FROM gone
        GROUP BY workshop, program, municipality, state
    ) n
    WHERE t.workshop = n.workshop AND t.program = n.program AND t.municipality = n.municipality
        AND t.state = n.state
    RETURNING t.workshop, t.program, t.municipality, t.state, t.amount
),
demanded AS (
    UPDATE demand d
    SET amount = d.amount - n.amount
    FROM (
        SELECT x.workshop, x.slot, x.topic, g.program, x.vetoed, x.rank, count(*) AS amount
        FROM gone g
        JOIN wish x ON x.workshop = g.workshop AND x.registration = g.id
        WHERE g.state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred', 'merged')
        GROUP BY x.workshop, x.slot, x.topic, g.program, x.vetoed, x.rank
    ) n
    WHERE d.workshop = n.workshop AND d.slot = n.slot AND d.topic = n.topic AND d.program = n.program
        AND d.vetoed = n.vetoed AND d.rank = n.rank
    RETURNING d.workshop, d.slot, d.topic, d.program, d.vetoed, d.rank, d.amount
),
told AS (
    UPDATE registration_counts c
    SET amount = t.amount
    FROM tallied t
    WHERE c.workshop = t.workshop AND c.program = t.program AND c.municipality = t.municipality
        AND c.state = t.state
)
UPDATE topic_demand c
SET amount = d.amount
FROM demanded d
WHERE c.workshop = d.workshop AND c.slot = d.slot AND c.topic = d.topic AND c.program = d.program
    AND c.vetoed = d.vetoed AND c.rank = d.rank
