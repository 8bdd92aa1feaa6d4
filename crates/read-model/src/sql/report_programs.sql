-- Tells dashboards of programs. $1 the programs
INSERT INTO programs (program, name, land)
SELECT id, name, land FROM program WHERE id = ANY ($1)
ON CONFLICT (program) DO UPDATE SET name = excluded.name, land = excluded.land
