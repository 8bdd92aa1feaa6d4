WITH subjects AS (
    DELETE FROM parked_subject WHERE subject = $1
)
DELETE FROM parked WHERE subject = $1
