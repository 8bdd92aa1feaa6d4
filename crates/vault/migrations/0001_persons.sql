-- Persons, their wrapped keys, and who opened what.
-- A person is never deleted: a tombstone says when its keys were destroyed.

CREATE TABLE person (
    id            uuid PRIMARY KEY,
    program       text NOT NULL CHECK (program <> ''),
    contact_key   bytea CHECK (octet_length(contact_key) = 60),
    identity_key  bytea CHECK (octet_length(identity_key) = 60),
    evidence_key  bytea CHECK (octet_length(evidence_key) = 60),
    free_text_key bytea CHECK (octet_length(free_text_key) = 60),
    generation    integer NOT NULL CHECK (generation > 0),
    strong        bytea CHECK (octet_length(strong) = 32),
    soft          bytea CHECK (octet_length(soft) = 32),
    destroyed_at  timestamptz,
    CONSTRAINT person_live_has_keys CHECK (
        destroyed_at IS NOT NULL
        OR num_nulls(contact_key, identity_key, evidence_key, free_text_key) = 0
    ),
    CONSTRAINT person_destroyed_has_nothing CHECK (
        destroyed_at IS NULL
        OR num_nonnulls(contact_key, identity_key, evidence_key, free_text_key, strong, soft) = 0
    ),
    CONSTRAINT person_strong_implies_soft CHECK (strong IS NULL OR soft IS NOT NULL)
);

CREATE UNIQUE INDEX person_strong ON person (program, strong) WHERE strong IS NOT NULL;
CREATE INDEX person_soft ON person (program, soft, id) WHERE soft IS NOT NULL;

COMMENT ON COLUMN person.strong IS 'HMAC of name, municipality and e-mail; null without an e-mail';
COMMENT ON COLUMN person.soft IS 'HMAC of name and municipality; null for a placeholder';

CREATE TABLE program_key (
    program    text PRIMARY KEY CHECK (program <> ''),
    wrapped    bytea NOT NULL CHECK (octet_length(wrapped) = 60),
    generation integer NOT NULL CHECK (generation > 0)
);

-- Which registrations a person may stand behind; read by erasure and by the sweep.
-- Without a foreign key: only the statement that finds or makes the person writes
-- here, and a person is never deleted, so the check would cost and prove nothing.
CREATE TABLE person_registration (
    person       uuid NOT NULL,
    workshop     uuid NOT NULL,
    registration uuid NOT NULL,
    PRIMARY KEY (person, workshop, registration)
);

CREATE TABLE actor (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    issuer  text NOT NULL,
    subject text NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE TABLE access_record (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT now(),
    issuer   text NOT NULL,
    subject  text NOT NULL,
    program  text,
    route    text NOT NULL,
    workshop uuid,
    purpose  text,
    persons  uuid[] NOT NULL
);

GRANT SELECT, INSERT ON person, program_key, person_registration, actor TO aw_registration;

-- The gateway opens blocks; it cannot look anybody up.
GRANT SELECT (id, program, contact_key, identity_key, evidence_key, free_text_key, generation, destroyed_at)
    ON person TO aw_gateway;
-- Neither the number nor the time of a record is the gateway's to choose.
GRANT INSERT (issuer, subject, program, route, workshop, purpose, persons)
    ON access_record TO aw_gateway;
