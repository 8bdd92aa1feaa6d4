-- Who has which topic by a run. $1 the workshop, $2 the version, $3 registrations, $4 and $5 their topics; null leaves
-- what they have. A pin stays where the topic stays.
UPDATE registration r
SET topic_1 = coalesce(a.topic_1, r.topic_1),
    topic_1_pinned = r.topic_1_pinned AND (a.topic_1 IS NULL OR a.topic_1 = r.topic_1),
    topic_2 = coalesce(a.topic_2, r.topic_2),
    topic_2_pinned = r.topic_2_pinned AND (a.topic_2 IS NULL OR a.topic_2 = r.topic_2),
    version = $2
FROM unnest($3::uuid[], $4::text[], $5::text[]) AS a (id, topic_1, topic_2)
WHERE r.id = a.id AND r.workshop = $1
