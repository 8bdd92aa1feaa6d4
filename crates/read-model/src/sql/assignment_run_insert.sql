INSERT INTO assignment_run (
    workshop, id, extent, algorithm, seed, ranks, input, people, placed_1, placed_2, drafted_at, closed
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')
ON CONFLICT (id) DO NOTHING
