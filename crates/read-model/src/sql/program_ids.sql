SELECT coalesce(array_agg(id), '{}') AS ids
FROM (SELECT id FROM program UNION SELECT program FROM municipality) p
