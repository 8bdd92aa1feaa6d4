-- What people and programs see, folded from the log. Every row can be made again from it.
-- No clock, no sequence and no time of writing stands here: whoever folds the same log gets the same rows.
-- What is personal stands here as it stands in the log: sealed.

-- How far the log has been folded. Moved by compare-and-set in the transaction that writes the rows.
CREATE TABLE checkpoint (
    projection     text PRIMARY KEY,
    position       bigint NOT NULL CHECK (position >= 0),
    fence          bigint NOT NULL CHECK (fence >= 0),
    message_hash   bytea CHECK (octet_length(message_hash) = 32),
    stream_created timestamptz
);

INSERT INTO checkpoint (projection, position, fence) VALUES ('attendees', 0, 0);

CREATE TABLE program (
    id      text PRIMARY KEY,
    name    text NOT NULL,
    land    text NOT NULL,
    carrier text,
    contact text,
    version bigint NOT NULL
);

CREATE TABLE workshop (
    id                  uuid PRIMARY KEY,
    host                text NOT NULL,
    slug                text NOT NULL,
    title               text NOT NULL,
    subtitle            text,
    kind                text,
    description         text NOT NULL,
    first_day           date NOT NULL,
    last_day            date NOT NULL,
    starts_stated       text,
    ends_stated         text,
    time_zone           text NOT NULL,
    begins              timestamptz NOT NULL,
    ends                timestamptz NOT NULL,
    venue_name          text,
    venue_street        text,
    venue_postcode      text,
    venue_town          text,
    venue_accessibility text,
    format              text NOT NULL,
    participating       text[] NOT NULL,
    contact             text,
    opens_stated        text,
    opens_at            timestamptz,
    closes_stated       text,
    closes_at           timestamptz,
    cancel_until_stated text,
    cancel_until_at     timestamptz,
    closing_stated      text NOT NULL,
    closing_at          timestamptz NOT NULL,
    capacity            bigint,
    waitlist            text NOT NULL,
    ranks               integer NOT NULL,
    vetoes              integer NOT NULL,
    status              text NOT NULL,
    version             bigint NOT NULL
);

CREATE INDEX workshop_begins ON workshop (begins, id);

COMMENT ON COLUMN workshop.starts_stated IS 'Local time on the first day; null for whole days';
COMMENT ON COLUMN workshop.closing_at IS 'First instant at which registration is closed: the deadline, at the latest the beginning';
COMMENT ON COLUMN workshop.capacity IS 'All seats; null is unlimited, 0 is closed';
COMMENT ON COLUMN workshop.version IS 'Position of the last decision that changed the workshop itself';

CREATE TABLE offered_topic (
    workshop uuid NOT NULL,
    slot     smallint NOT NULL,
    code     text NOT NULL,
    title    text NOT NULL,
    ordinal  integer NOT NULL,
    PRIMARY KEY (workshop, ordinal)
);

CREATE TABLE registration (
    id               uuid PRIMARY KEY,
    workshop         uuid NOT NULL,
    host             text NOT NULL,
    program          text NOT NULL,
    municipality     text NOT NULL,
    number           text NOT NULL,
    person           uuid NOT NULL,
    channel          text NOT NULL,
    state            text NOT NULL,
    cause            text,
    cancelled_by     text,
    cancel_reason    text,
    arrival          bigint NOT NULL,
    link_hash        bytea NOT NULL,
    decision         uuid NOT NULL,
    contact          bytea,
    contact_commit   bytea,
    identity         bytea,
    identity_commit  bytea,
    free_text        bytea,
    free_text_commit bytea,
    privacy_notice   bigint NOT NULL,
    reporting        uuid NOT NULL,
    submitted_at     timestamptz NOT NULL,
    version          bigint NOT NULL
);

-- A page, the queue and the counts of one workshop.
CREATE INDEX registration_state ON registration (workshop, state, arrival) INCLUDE (program);
CREATE INDEX registration_arrival ON registration (workshop, arrival);
-- A participant's own secret.
CREATE INDEX registration_link ON registration (link_hash);

COMMENT ON COLUMN registration.arrival IS 'Position of the submission × 512 + its index in the decision: the order of arrival';
COMMENT ON COLUMN registration.decision IS 'Decision that carried the blocks; they open with no other';
COMMENT ON COLUMN registration.cause IS 'Why the seat was given';

-- The workshop leads the key, so that the wishes of a workshop lie together.
CREATE TABLE wish (
    workshop     uuid NOT NULL,
    registration uuid NOT NULL,
    slot         smallint NOT NULL,
    vetoed       boolean NOT NULL,
    rank         integer NOT NULL,
    topic        text NOT NULL,
    PRIMARY KEY (workshop, registration, slot, vetoed, rank)
);

COMMENT ON COLUMN wish.rank IS 'From 1 on, the dearest first; vetoes are numbered in the order in which they were stated';

-- Subjects whose rows stay as of the position before `since`.
CREATE TABLE parked_subject (
    subject    text PRIMARY KEY,
    since      bigint NOT NULL,
    error_code text NOT NULL
);

-- Pointers to the messages of those subjects, in order; the messages themselves stay in the log.
CREATE TABLE parked (
    subject      text NOT NULL,
    position     bigint NOT NULL,
    message_hash bytea NOT NULL CHECK (octet_length(message_hash) = 32),
    error_code   text NOT NULL,
    PRIMARY KEY (subject, position)
);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON checkpoint, program, workshop, offered_topic, registration, wish, parked_subject, parked
    TO aw_projection;
GRANT SELECT
    ON checkpoint, program, workshop, offered_topic, registration, wish, parked_subject, parked
    TO aw_gateway;
