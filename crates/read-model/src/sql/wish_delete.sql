DELETE FROM wish x
USING unnest($1::uuid[], $2::uuid[]) AS stated (workshop, registration)
WHERE x.workshop = stated.workshop AND x.registration = stated.registration
