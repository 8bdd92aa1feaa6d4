-- $1 the workshop, $2 days, $3 slots, $4 the version
INSERT INTO closed_session (workshop, day, slot, version)
SELECT $1, s.day, s.slot, $4
FROM unnest($2::date[], $3::smallint[]) AS s (day, slot)
ON CONFLICT (workshop, day, slot) DO NOTHING
