SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        id, workshop, extent, algorithm, seed, ranks, input, people, placed_1, placed_2,
        drafted_at, published_at, closed
    FROM assignment_run
) t
ORDER BY t.id
