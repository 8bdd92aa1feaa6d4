-- Who has which topic by a run. $1 the workshop, $2 the run, $3 the version, $4 topics that were closed,
-- $5 registrations, $6 and $7 their topics; null leaves what they have. A pin stays where the topic stays.
WITH published AS (
    UPDATE assignment_run
    SET published_at = $3,
        closed = $4
    WHERE id = $2 AND workshop = $1
)
UPDATE registration r
SET topic_1 = coalesce(a.topic_1, r.topic_1),
    topic_1_pinned = r.topic_1_pinned AND (a.topic_1 IS NULL OR a.topic_1 = r.topic_1),
    topic_2 = coalesce(a.topic_2, r.topic_2),
    topic_2_pinned = r.topic_2_pinned AND (a.topic_2 IS NULL OR a.topic_2 = r.topic_2),
    version = $3
FROM unnest($5::uuid[], $6::text[], $7::text[]) AS a (id, topic_1, topic_2)
WHERE r.id = a.id AND r.workshop = $1
