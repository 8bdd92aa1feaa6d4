-- Counts all registrations of workshops. $1 the workshops
WITH tallied AS (
    INSERT INTO tally (workshop, program, municipality, state, amount)
    SELECT workshop, program, municipality, state, count(*)
    FROM registration
    WHERE workshop = ANY ($1)
    GROUP BY workshop, program, municipality, state
    RETURNING workshop, program, municipality, state, amount
)
INSERT INTO registration_counts (workshop, program, municipality, state, amount)
SELECT workshop, program, municipality, state, amount FROM tallied
