-- Registration closes at the beginning where no earlier deadline was stated.
UPDATE workshop w
SET first_day = moved.first_day,
    last_day = moved.last_day,
    starts_stated = moved.starts_stated,
    ends_stated = moved.ends_stated,
    time_zone = moved.time_zone,
    begins = moved.begins,
    ends = moved.ends,
    closing_stated = CASE WHEN w.closes_at <= moved.begins THEN w.closes_stated
        ELSE moved.begin_stated END,
    closing_at = CASE WHEN w.closes_at <= moved.begins THEN w.closes_at ELSE moved.begins END
FROM unnest(
    $1::uuid[], $2::date[], $3::date[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
    $9::text[]
) AS moved (id, first_day, last_day, starts_stated, ends_stated, time_zone, begins, ends, begin_stated)
WHERE w.id = moved.id
