-- Tells dashboards of the lists of programs, when these and their registrations are told. $1 the programs
WITH listed AS MATERIALIZED (
    SELECT * FROM municipality WHERE program = ANY ($1)
),
told_programs AS (
    INSERT INTO programs (program, name)
    SELECT DISTINCT program, program FROM listed
    ON CONFLICT (program) DO NOTHING
),
told_municipalities AS (
    INSERT INTO municipalities (municipality)
    SELECT DISTINCT key FROM listed
    ON CONFLICT (municipality) DO NOTHING
),
forgotten AS (
    DELETE FROM program_municipalities t
    WHERE t.program = ANY ($1) AND (t.program, t.municipality) NOT IN (SELECT program, key FROM listed)
    RETURNING t.program, t.municipality
),
forgotten_programs AS (
    DELETE FROM programs o
    USING (SELECT DISTINCT program FROM forgotten) f
    WHERE o.program = f.program
        AND NOT EXISTS (SELECT FROM program p WHERE p.id = o.program)
        AND NOT EXISTS (SELECT FROM workshop w WHERE w.host = o.program OR o.program = ANY (w.participating))
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope <> 'municipality' AND b.key = o.program)
        AND NOT EXISTS (SELECT FROM tally t WHERE t.program = o.program AND t.amount > 0)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.program = o.program)
),
forgotten_municipalities AS (
    DELETE FROM municipalities o
    USING (SELECT DISTINCT municipality FROM forgotten) f
    WHERE o.municipality = f.municipality
        AND NOT EXISTS (SELECT FROM tally t WHERE t.municipality = o.municipality AND t.amount > 0)
        AND NOT EXISTS (SELECT FROM bucket b WHERE b.scope = 'municipality' AND b.key = o.municipality)
        AND NOT EXISTS (SELECT FROM municipality l WHERE l.key = o.municipality)
)
INSERT INTO program_municipalities (program, municipality, name, kind, parent, valid_from, valid_until)
SELECT program, key, name, kind, parent, valid_from, valid_until FROM listed
ON CONFLICT (program, municipality) DO UPDATE
SET name = excluded.name,
    kind = excluded.kind,
    parent = excluded.parent,
    valid_from = excluded.valid_from,
    valid_until = excluded.valid_until
