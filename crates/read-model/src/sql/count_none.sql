-- What is counted no more has no row. $1 the workshops
WITH tallied AS (
    DELETE FROM tally WHERE workshop = ANY ($1) AND amount = 0
)
DELETE FROM demand WHERE workshop = ANY ($1) AND amount = 0
