UPDATE workshop w
SET status = coalesce(moved.status, w.status),
    drawn = w.drawn OR moved.drawn,
    published = w.published OR moved.published,
    released = ARRAY(
        SELECT DISTINCT p.id COLLATE "C"
        FROM unnest(
            CASE WHEN moved.none_released THEN '{}' ELSE w.released END
            || string_to_array(moved.released, ',')
        ) AS p (id)
        ORDER BY p.id COLLATE "C"
    ),
    version = moved.version
FROM unnest(
    $1::uuid[], $2::text[], $3::boolean[], $4::boolean[], $5::boolean[], $6::text[], $7::bigint[]
) AS moved (id, status, drawn, published, none_released, released, version)
WHERE w.id = moved.id
