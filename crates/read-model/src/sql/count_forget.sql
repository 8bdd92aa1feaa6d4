-- Before a workshop is counted anew. $1 the workshops
WITH tallied AS (
    DELETE FROM tally WHERE workshop = ANY ($1)
),
demanded AS (
    DELETE FROM demand WHERE workshop = ANY ($1)
),
told_counts AS (
    DELETE FROM registration_counts WHERE workshop = ANY ($1)
)
DELETE FROM topic_demand WHERE workshop = ANY ($1)
