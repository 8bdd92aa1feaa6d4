-- Topics that are not offered any more are taken from those who have them and still sit.
-- $1 the workshop, $2 what is offered in the first slot, $3 in the second, $4 the version
UPDATE registration r
SET topic_1 = CASE WHEN r.topic_1 = ANY ($2::text[]) THEN r.topic_1 END,
    topic_1_pinned = r.topic_1_pinned AND r.topic_1 = ANY ($2::text[]),
    topic_2 = CASE WHEN r.topic_2 = ANY ($3::text[]) THEN r.topic_2 END,
    topic_2_pinned = r.topic_2_pinned AND r.topic_2 = ANY ($3::text[]),
    version = $4
WHERE r.workshop = $1 AND r.state = 'confirmed'
    AND (r.topic_1 IS NOT NULL AND r.topic_1 <> ALL ($2::text[])
        OR r.topic_2 IS NOT NULL AND r.topic_2 <> ALL ($3::text[]))
