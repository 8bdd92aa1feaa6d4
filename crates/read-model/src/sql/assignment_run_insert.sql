-- $1 the workshop, $2 the run, $3 to $10 as the columns are listed, $11 when it was drafted
INSERT INTO assignment_run (
    workshop, id, extent, algorithm, seed, ranks, input, people, placed_1, placed_2, drafted_at, closed
)
SELECT w.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ''
FROM workshop w
WHERE w.id = $1
ON CONFLICT (id) DO NOTHING
