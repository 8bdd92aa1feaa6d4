-- Counts all wishes of workshops, but of those whose registration has ended. $1 the workshops
WITH demanded AS (
    INSERT INTO demand (workshop, slot, topic, program, vetoed, rank, amount)
    SELECT x.workshop, x.slot, x.topic, r.program, x.vetoed, x.rank, count(*)
    FROM registration r
    JOIN wish x ON x.workshop = r.workshop AND x.registration = r.id
    WHERE r.workshop = ANY ($1)
        AND r.state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred', 'merged')
    GROUP BY x.workshop, x.slot, x.topic, r.program, x.vetoed, x.rank
    RETURNING workshop, slot, topic, program, vetoed, rank, amount
)
INSERT INTO topic_demand (workshop, slot, topic, program, vetoed, rank, amount)
SELECT workshop, slot, topic, program, vetoed, rank, amount FROM demanded
