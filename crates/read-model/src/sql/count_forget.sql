-- Before a workshop is counted anew. $1 the workshops
WITH tallied AS (
    DELETE FROM tally WHERE workshop = ANY ($1)
)
DELETE FROM demand WHERE workshop = ANY ($1)
