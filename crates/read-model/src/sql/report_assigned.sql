-- Tells dashboards who has which topic, where many have changed at once. $1 the workshops
UPDATE registrations t
SET topic_1 = r.topic_1,
    topic_2 = r.topic_2
FROM registration r
WHERE r.workshop = ANY ($1) AND t.registration = r.reporting
    AND (t.topic_1, t.topic_2) IS DISTINCT FROM (r.topic_1, r.topic_2)
