-- Access records are read by those concerned: by the programs whose people were shown, by a person themselves, by
-- auditors. What was written stays as it was written: there is no right to change or delete it.

ALTER TABLE access_record ADD COLUMN programs text[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN access_record.programs IS 'Programs of the persons, sorted';

UPDATE access_record a
SET programs = coalesce(
    (SELECT array_agg(DISTINCT p.program ORDER BY p.program) FROM person p WHERE p.id = ANY (a.persons)), '{}');

CREATE INDEX access_record_programs ON access_record USING gin (programs);
CREATE INDEX access_record_persons ON access_record USING gin (persons);

GRANT INSERT (programs) ON access_record TO aw_gateway;
GRANT SELECT ON access_record TO aw_gateway;
