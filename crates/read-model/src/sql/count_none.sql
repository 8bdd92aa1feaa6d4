-- What is counted no more has no row, and what nothing refers to any more has none either. $1 the workshops
WITH tallied AS (
    DELETE FROM tally WHERE workshop = ANY ($1) AND amount = 0
    RETURNING workshop, program, municipality, state
),
demanded AS (
    DELETE FROM demand WHERE workshop = ANY ($1) AND amount = 0
    RETURNING workshop, slot, topic, program, vetoed, rank
),
told_counts AS (
    DELETE FROM registration_counts c
    USING tallied t
    WHERE c.workshop = t.workshop AND c.program = t.program AND c.municipality = t.municipality
        AND c.state = t.state
),
told_municipalities AS (
    DELETE FROM municipalities m
    USING (SELECT DISTINCT municipality FROM tallied) t
    WHERE m.municipality = t.municipality
        AND NOT EXISTS (SELECT FROM tally o WHERE o.municipality = m.municipality AND o.amount > 0)
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope = 'municipality' AND b.key = m.municipality)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.key = m.municipality)
),
told_topics AS (
    DELETE FROM topics o
    USING (SELECT DISTINCT workshop, slot, topic FROM demanded) d
    WHERE o.workshop = d.workshop AND o.slot = d.slot AND o.topic = d.topic AND NOT o.offered
        AND NOT EXISTS (
            SELECT FROM demand x
            WHERE x.workshop = o.workshop AND x.slot = o.slot AND x.topic = o.topic AND x.amount > 0
        )
)
DELETE FROM topic_demand c
USING demanded d
WHERE c.workshop = d.workshop AND c.slot = d.slot AND c.topic = d.topic AND c.program = d.program
    AND c.vetoed = d.vetoed AND c.rank = d.rank
