-- Persons whom no decision names, and how they go.
-- A person is found or made, and the registration noted, before the decision is
-- appended to the log. Where the command is refused, or its append never happens,
-- the note names a registration that never came to be, and a person made for it is
-- one whom no decision names. Whoever knows the log asks for the notes that are old
-- enough, and says of each whether its registration exists.
--
-- "A person is never deleted" (0001) is said of persons whom a decision names: for
-- them a tombstone stays for ever. A person whom no decision ever named is deleted
-- outright, since nothing anywhere is sealed under their keys.

ALTER TABLE person_registration
    ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN named    boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN person_registration.named IS
    'The registration was seen in the log: this note stays, and is never looked at again';

-- Oldest unchecked first. A new note goes to the right end of a small index, that of
-- the notes of the last days; one that is known to be named leaves it for good.
CREATE INDEX person_registration_unchecked ON person_registration (noted_at) WHERE NOT named;

-- When something was noted is the database's to say, and whether it is named is said
-- once, through settle_notes.
REVOKE INSERT ON person_registration FROM aw_registration;
GRANT INSERT (person, workshop, registration) ON person_registration TO aw_registration;

-- Takes notes with a verdict each: is the registration named by a decision?
-- Marks those that are; deletes the others, and with them every person who then has
-- no note left and is no tombstone. That is all that the registration service can
-- delete: it has no right to DELETE, a note that was once seen named keeps its person
-- whatever is said later, and a note younger than an hour stays whoever asks, for
-- its command may still be on its way to the log.
--
-- Locks are taken in one order: persons by id, then notes by key. Whoever notes a
-- registration has the person locked FOR KEY SHARE before that, without a foreign
-- key. So either the note is committed before the lock here is had, and the
-- statements after it see it (each has a snapshot of its own); or the other one
-- waits, finds that the person is gone, and makes a new one.
CREATE FUNCTION settle_notes(
    of_persons uuid[], of_workshops uuid[], of_registrations uuid[], are_named boolean[],
    OUT marked bigint, OUT dropped bigint, OUT swept bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bereft uuid[];
BEGIN
    PERFORM FROM public.person
    WHERE person.id IN (
        SELECT told.person FROM unnest(of_persons, are_named) AS told (person, is_named)
        WHERE NOT told.is_named
    )
    ORDER BY person.id
    FOR UPDATE OF person;

    PERFORM FROM public.person_registration AS note
    JOIN unnest(of_persons, of_workshops, of_registrations)
      AS told (person, workshop, registration) USING (person, workshop, registration)
    ORDER BY note.person, note.workshop, note.registration
    FOR UPDATE OF note;

    UPDATE public.person_registration AS note
    SET named = true
    FROM unnest(of_persons, of_workshops, of_registrations, are_named)
      AS told (person, workshop, registration, is_named)
    WHERE told.is_named AND NOT note.named
      AND (note.person, note.workshop, note.registration)
        = (told.person, told.workshop, told.registration);
    GET DIAGNOSTICS marked = ROW_COUNT;

    WITH gone AS (
        DELETE FROM public.person_registration AS note
        USING unnest(of_persons, of_workshops, of_registrations, are_named)
          AS told (person, workshop, registration, is_named)
        WHERE NOT told.is_named AND NOT note.named AND note.noted_at <= now() - interval '1 hour'
          AND (note.person, note.workshop, note.registration)
            = (told.person, told.workshop, told.registration)
        RETURNING note.person
    )
    SELECT count(*), array_agg(DISTINCT gone.person) INTO dropped, bereft FROM gone;

    DELETE FROM public.person
    WHERE person.id = ANY(bereft) AND person.destroyed_at IS NULL
      AND NOT EXISTS (SELECT FROM public.person_registration AS note WHERE note.person = person.id);
    GET DIAGNOSTICS swept = ROW_COUNT;
END
$$;

REVOKE ALL ON FUNCTION settle_notes(uuid[], uuid[], uuid[], boolean[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION settle_notes(uuid[], uuid[], uuid[], boolean[]) TO aw_registration;
