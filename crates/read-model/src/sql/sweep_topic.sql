-- A topic by hand. $1 the workshop, $2 the registration, $3 the slot, $4 the topic or null, $5 the version
UPDATE registration
SET topic_1 = CASE WHEN $3 = 1 THEN $4 ELSE topic_1 END,
    topic_1_pinned = CASE WHEN $3 = 1 THEN $4 IS NOT NULL ELSE topic_1_pinned END,
    topic_2 = CASE WHEN $3 = 2 THEN $4 ELSE topic_2 END,
    topic_2_pinned = CASE WHEN $3 = 2 THEN $4 IS NOT NULL ELSE topic_2_pinned END,
    version = $5
WHERE id = $2 AND workshop = $1
