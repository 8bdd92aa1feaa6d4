INSERT INTO tally (workshop, program, municipality, state, amount)
SELECT workshop, program, municipality, state, count(*)
FROM registration
GROUP BY workshop, program, municipality, state
