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

-- What the catalogue says of topics, for all workshops that offer them.
CREATE TABLE catalogue_topic (
    code     text PRIMARY KEY,
    title    text NOT NULL,
    abstract text NOT NULL,
    version  bigint NOT NULL
);

-- What a program's office says of its municipalities; each row as it was stated last.
CREATE TABLE municipality (
    program     text NOT NULL,
    key         text COLLATE "C" NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL,
    parent      text,
    valid_from  date,
    valid_until date,
    version     bigint NOT NULL,
    PRIMARY KEY (program, key)
);

COMMENT ON TABLE municipality IS 'Municipalities that a program has listed';
COMMENT ON COLUMN municipality.key IS 'Official municipality key: 8 digits, 5 for a Kreis; also one outside the program''s Land';
COMMENT ON COLUMN municipality.kind IS 'municipality, town, independent_city or district';
COMMENT ON COLUMN municipality.parent IS 'Key of what it belongs to: the Kreis';
COMMENT ON COLUMN municipality.valid_from IS 'First day on which it exists; null is from ever';
COMMENT ON COLUMN municipality.valid_until IS 'Last day on which it exists; null is for ever';
COMMENT ON COLUMN municipality.version IS 'Position of the last decision that stated this entry';

CREATE TABLE workshop (
    id                      uuid PRIMARY KEY,
    host                    text NOT NULL,
    slug                    text NOT NULL,
    title                   text NOT NULL,
    subtitle                text,
    kind                    text,
    description             text NOT NULL,
    first_day               date NOT NULL,
    last_day                date NOT NULL,
    starts_stated           text,
    ends_stated             text,
    time_zone               text NOT NULL,
    begins                  timestamptz NOT NULL,
    ends                    timestamptz NOT NULL,
    venue_name              text,
    venue_street            text,
    venue_postcode          text,
    venue_town              text,
    venue_accessibility     text,
    format                  text NOT NULL,
    participating           text[] NOT NULL,
    contact                 text,
    opens_stated            text,
    opens_at                timestamptz,
    closes_stated           text,
    closes_at               timestamptz,
    cancel_until_stated     text,
    cancel_until_at         timestamptz,
    substitute_until_stated text,
    substitute_until_at     timestamptz,
    wishes_until_stated     text,
    wishes_until_at         timestamptz,
    promotion_stops_stated  text,
    promotion_stops_at      timestamptz,
    closing_stated          text NOT NULL,
    closing_at              timestamptz NOT NULL,
    min_participants        bigint,
    capacity                bigint,
    sign_up                 text NOT NULL,
    admission               text NOT NULL,
    approval                boolean NOT NULL,
    offer_hours             integer,
    waitlist                text NOT NULL,
    ranks                   integer NOT NULL,
    vetoes                  integer NOT NULL,
    drawn                   boolean NOT NULL,
    published               boolean NOT NULL,
    released                text[] NOT NULL,
    status                  text NOT NULL,
    version                 bigint NOT NULL
);

COMMENT ON COLUMN workshop.starts_stated IS 'Local time on the first day; null for whole days';
COMMENT ON COLUMN workshop.closing_at IS 'First instant at which registration is closed: the deadline, at the latest the beginning';
COMMENT ON COLUMN workshop.min_participants IS 'How many must come for it to take place; told to people, never decided on';
COMMENT ON COLUMN workshop.capacity IS 'All seats; null is unlimited, 0 is closed';
COMMENT ON COLUMN workshop.offer_hours IS 'Hours to answer an offered seat; null where a seat passes on directly';
COMMENT ON COLUMN workshop.promotion_stops_at IS 'First instant from which on no seat passes on by itself';
COMMENT ON COLUMN workshop.drawn IS 'Whether lots were drawn';
COMMENT ON COLUMN workshop.published IS 'Whether it was ever published: then everybody may see it';
COMMENT ON COLUMN workshop.released IS 'Programs whose guarantee is free for all, sorted';
COMMENT ON COLUMN workshop.version IS 'Position of the last decision that changed the workshop itself';

CREATE TABLE offered_topic (
    workshop uuid NOT NULL,
    slot     smallint NOT NULL,
    code     text NOT NULL,
    title    text NOT NULL,
    ordinal  integer NOT NULL,
    min              bigint NOT NULL,
    max              bigint,
    program_caps     text NOT NULL,
    municipality_cap bigint,
    room             text,
    speakers         text NOT NULL,
    PRIMARY KEY (workshop, ordinal)
);

COMMENT ON COLUMN offered_topic.program_caps IS 'How many it takes of a program: mv=3,sh=4';
COMMENT ON COLUMN offered_topic.speakers IS 'One line each';

-- What bounds the seats beside the workshop's own capacity.
CREATE TABLE bucket (
    workshop       uuid NOT NULL,
    scope          text NOT NULL CHECK (scope IN ('program', 'municipality', 'guarantee')),
    key            text NOT NULL,
    size           bigint NOT NULL,
    release_stated text,
    release_at     timestamptz,
    PRIMARY KEY (workshop, scope, key)
);

COMMENT ON COLUMN bucket.scope IS 'A cap of a program or a municipality, or seats kept for a program';
COMMENT ON COLUMN bucket.key IS 'The program''s slug, or the municipality''s key';
COMMENT ON COLUMN bucket.size IS 'At most so many; of a guarantee: so many are kept. 0 is closed';
COMMENT ON COLUMN bucket.release_at IS 'From when on kept seats are free for all; null until they are released by hand';

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
    placeholder      boolean NOT NULL,
    approved         boolean NOT NULL,
    group_id         uuid,
    together         boolean,
    expires          timestamptz,
    lapse            text,
    successor        uuid,
    look_alikes      uuid[] NOT NULL,
    overridden       text,
    reason           text,
    queue_rank       smallint NOT NULL,
    queue_at         bigint NOT NULL,
    queue_lot        integer NOT NULL,
    topic_1          text,
    topic_1_pinned   boolean NOT NULL DEFAULT false,
    topic_2          text,
    topic_2_pinned   boolean NOT NULL DEFAULT false,
    version          bigint NOT NULL
);

COMMENT ON COLUMN registration.arrival IS 'Position of the submission × 512 + its index in the decision: the order of arrival';
COMMENT ON COLUMN registration.decision IS 'Decision that carried the blocks; they open with no other';
COMMENT ON COLUMN registration.cause IS 'Why the seat was given';
COMMENT ON COLUMN registration.placeholder IS 'Whether the person is nobody in particular (N.N.)';
COMMENT ON COLUMN registration.approved IS 'Whether an office has approved';
COMMENT ON COLUMN registration.together IS 'Whether the members of the group wait for seats for all of them';
COMMENT ON COLUMN registration.expires IS 'When the offer, or the time to confirm the address, is over; stays when it has lapsed';
COMMENT ON COLUMN registration.lapse IS 'What has lapsed: offer or email';
COMMENT ON COLUMN registration.successor IS 'To whom it was transferred, or into which it was merged';
COMMENT ON COLUMN registration.look_alikes IS 'Registrations that may be of the same person, sorted';
COMMENT ON COLUMN registration.overridden IS 'Why it was let in past the rules';
COMMENT ON COLUMN registration.reason IS 'The last reason given: of a decline, cancellation, reinstatement, substitution or move to the waitlist';
COMMENT ON COLUMN registration.topic_1 IS 'Topic that they have in the first slot, while they are confirmed';
COMMENT ON COLUMN registration.topic_1_pinned IS 'Whether an office gave it to them by hand';
COMMENT ON COLUMN registration.topic_2 IS 'Topic that they have in the second slot';
COMMENT ON COLUMN registration.queue_rank IS 'Place in the order, first part: 0 was moved from a seat, 1 regular';
COMMENT ON COLUMN registration.queue_at IS 'Place in the order, second part: position × 512 + index of the event that gave the place';
COMMENT ON COLUMN registration.queue_lot IS 'Place in the order, third part: the place drawn by lot, else 0';

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

-- Runs that assign topics.
CREATE TABLE assignment_run (
    id           uuid PRIMARY KEY,
    workshop     uuid NOT NULL,
    extent       text NOT NULL CHECK (extent IN ('whole', 'repair')),
    algorithm    integer NOT NULL,
    seed         bytea NOT NULL,
    ranks        integer NOT NULL,
    input        bytea NOT NULL,
    people       bigint NOT NULL,
    placed_1     bigint,
    placed_2     bigint,
    drafted_at   bigint NOT NULL,
    published_at bigint,
    closed       text NOT NULL
);

COMMENT ON COLUMN assignment_run.ranks IS 'How many ranks of wishes weighed';
COMMENT ON COLUMN assignment_run.input IS 'SHA-256 of what it is solved on';
COMMENT ON COLUMN assignment_run.placed_1 IS 'How many of these people would have a topic in the first slot, as drafted';
COMMENT ON COLUMN assignment_run.drafted_at IS 'Position of the draft';
COMMENT ON COLUMN assignment_run.published_at IS 'Position of the publication';
COMMENT ON COLUMN assignment_run.closed IS 'Topics that were closed because too few would have come, in order, one line each: slot, code, size, least size';

-- Versions of documents; the bytes are in the object store.
CREATE TABLE document (
    workshop   uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('agenda', 'invitation', 'privacy_notice')),
    number     integer NOT NULL,
    sha256     bytea NOT NULL,
    media_type text NOT NULL,
    size       bigint NOT NULL,
    title      text NOT NULL,
    valid_from date,
    note       text,
    added_at   timestamptz NOT NULL,
    version    bigint NOT NULL,
    PRIMARY KEY (workshop, kind, number)
);

COMMENT ON COLUMN document.number IS 'The how manieth version of its kind, from 1 on';
COMMENT ON COLUMN document.size IS 'Bytes';
COMMENT ON COLUMN document.valid_from IS 'From which day on it holds, where that is said';

-- Who was there, by day and slot.
CREATE TABLE attendance (
    workshop     uuid NOT NULL,
    registration uuid NOT NULL,
    day          date NOT NULL,
    slot         smallint NOT NULL,
    status       text NOT NULL CHECK (status IN ('present', 'absent', 'excused')),
    minutes      integer,
    version      bigint NOT NULL,
    PRIMARY KEY (workshop, registration, day, slot)
);

COMMENT ON COLUMN attendance.minutes IS 'How long they were there, where it was stated';

-- The sessions that count, once attendance is closed.
CREATE TABLE closed_session (
    workshop uuid NOT NULL,
    day      date NOT NULL,
    slot     smallint NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (workshop, day, slot)
);

-- Groups that were registered together.
CREATE TABLE group_registration (
    workshop       uuid NOT NULL,
    id             uuid NOT NULL,
    host           text NOT NULL,
    program        text NOT NULL,
    policy         text NOT NULL,
    size           bigint NOT NULL,
    contact        bytea,
    contact_commit bytea,
    decision       uuid NOT NULL,
    person         uuid,
    arrival        bigint NOT NULL,
    version        bigint NOT NULL,
    PRIMARY KEY (workshop, id)
);

COMMENT ON COLUMN group_registration.size IS 'How many were to come';
COMMENT ON COLUMN group_registration.person IS 'The person whose keys open the contact: the first member''s, who may have been refused';

-- What was said about reasons, sealed.
CREATE TABLE note (
    registration  uuid NOT NULL,
    at            bigint NOT NULL,
    workshop      uuid NOT NULL,
    sealed        bytea NOT NULL,
    sealed_commit bytea NOT NULL,
    decision      uuid NOT NULL,
    PRIMARY KEY (registration, at)
);

COMMENT ON TABLE note IS 'Free text beside a reason; it opens with the keys of the registration''s person';
COMMENT ON COLUMN note.at IS 'Position of the decision × 512 + index of the event in it';
COMMENT ON COLUMN note.decision IS 'Decision that carried the text; it opens with no other';

-- What has happened, event by event: the history of a registration or a workshop, and the feed of changes.
CREATE TABLE history (
    position     bigint NOT NULL,
    ordinal      smallint NOT NULL,
    decision     uuid NOT NULL,
    decided_at   timestamptz NOT NULL,
    simulated    boolean NOT NULL,
    actor        uuid,
    command      text NOT NULL,
    kind         text NOT NULL,
    workshop     uuid,
    program      text,
    registration uuid,
    other        uuid,
    state        text,
    cause        text,
    cancelled_by text,
    lapse        text,
    reason       text,
    expires      timestamptz,
    PRIMARY KEY (position, ordinal)
);

COMMENT ON COLUMN history.ordinal IS 'Which of the decision''s events, from 0 on';
COMMENT ON COLUMN history.simulated IS 'Whether the clock was a simulated one, in development';
COMMENT ON COLUMN history.actor IS 'Random id of whoever asked, named in the vault; null where it was due by itself';
COMMENT ON COLUMN history.kind IS 'Type of the event with its version, as in the log';
COMMENT ON COLUMN history.workshop IS 'Null where a program itself has changed';
COMMENT ON COLUMN history.program IS 'The program that the event names itself; a registration''s program stands with the registration';
COMMENT ON COLUMN history.other IS 'Successor of a substitution, or whoever goes on after a merger';
COMMENT ON COLUMN history.state IS 'Where the registration stands after it';

-- Counts that would be slow to count. Each is what counting the rows above gives, at every position.

CREATE TABLE tally (
    workshop     uuid NOT NULL,
    program      text NOT NULL,
    municipality text NOT NULL,
    state        text NOT NULL,
    amount       bigint NOT NULL,
    PRIMARY KEY (workshop, program, municipality, state)
);

COMMENT ON TABLE tally IS 'Registrations of a workshop by program, municipality and state';

CREATE TABLE demand (
    workshop uuid NOT NULL,
    slot     smallint NOT NULL,
    topic    text NOT NULL,
    program  text NOT NULL,
    vetoed   boolean NOT NULL,
    rank     integer NOT NULL,
    amount   bigint NOT NULL,
    PRIMARY KEY (workshop, slot, topic, program, vetoed, rank)
);

COMMENT ON TABLE demand IS 'Wishes of live registrations by topic, program and rank';

CREATE TABLE timeline (
    workshop uuid NOT NULL,
    day      date NOT NULL,
    program  text NOT NULL,
    event    text NOT NULL,
    amount   bigint NOT NULL,
    PRIMARY KEY (workshop, day, program, event)
);

COMMENT ON TABLE timeline IS 'What happened to registrations, by local day (Europe/Berlin) and program';
COMMENT ON COLUMN timeline.event IS 'Type of the event without `registration.` and version';

-- Subjects whose rows stay as of the position before `since`.
CREATE TABLE parked_subject (
    subject    text PRIMARY KEY,
    since      bigint NOT NULL,
    error_code text NOT NULL,
    messages   bigint NOT NULL
);

-- Pointers to the messages of those subjects, in order; the messages themselves stay in the log.
CREATE TABLE parked (
    subject      text NOT NULL,
    position     bigint NOT NULL,
    message_hash bytea NOT NULL CHECK (octet_length(message_hash) = 32),
    error_code   text NOT NULL,
    PRIMARY KEY (subject, position)
);

GRANT SELECT ON ALL TABLES IN SCHEMA :schema TO aw_gateway;

-- The order of those who wait, whoever they are: places are counted in it, and nothing else stands in it.
-- It is read with the rights of whoever owns the version, so rows that a reader may not see are counted, too.
CREATE VIEW waiting_line AS
SELECT id, workshop, queue_rank, queue_at, queue_lot
FROM registration
WHERE state = 'waitlisted';

-- Who has a topic, without saying who: read with the rights of the owner, so that a topic's size is told to all who take part.
CREATE VIEW registration_topics AS
SELECT workshop, program, topic_1, topic_2
FROM registration
WHERE topic_1 IS NOT NULL OR topic_2 IS NOT NULL;

-- The same, with the rank of the wish that it fulfils: 0 is none of their wishes, -1 without having stated any.
CREATE VIEW granted_topic AS
SELECT r.workshop, r.program, s.slot, s.topic,
    coalesce(
        (SELECT min(x.rank) FROM wish x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.slot = s.slot
                AND x.topic = s.topic AND NOT x.vetoed),
        (SELECT min(0) FROM wish x
            WHERE x.workshop = r.workshop AND x.registration = r.id AND x.slot = s.slot
                AND NOT x.vetoed),
        -1
    ) AS granted
FROM registration r
CROSS JOIN LATERAL (VALUES (1::smallint, r.topic_1), (2::smallint, r.topic_2)) AS s (slot, topic)
WHERE (r.topic_1 IS NOT NULL OR r.topic_2 IS NOT NULL) AND s.topic IS NOT NULL;

-- Attendance, without saying whose: read with the rights of the owner, as figures are.
CREATE VIEW attendance_count AS
SELECT a.workshop, r.program, a.day, a.slot, a.status, count(*) AS amount,
    coalesce(sum(a.minutes), 0)::bigint AS minutes,
    count(*) FILTER (WHERE a.status = 'present' AND a.minutes IS NULL) AS unmeasured
FROM attendance a
JOIN registration r ON r.id = a.registration
GROUP BY a.workshop, r.program, a.day, a.slot, a.status;

-- What stands still, and whether there is a workshop of it that some see and others do not.
CREATE VIEW standing_still AS
SELECT k.subject, k.since, EXISTS (SELECT FROM workshop w WHERE 'aw.log.workshop.' || w.id::text = k.subject) AS begun
FROM parked_subject k;

-- The time of the last decision that was folded.
CREATE VIEW last_decision AS
SELECT h.position, h.decided_at FROM history h ORDER BY h.position DESC, h.ordinal DESC LIMIT 1;

GRANT SELECT ON waiting_line, registration_topics, granted_topic, attendance_count, standing_still, last_decision TO aw_gateway;

-- Which rows a connection of the gateway sees at all, by the scope with which it was made (`app.scope`, `app.program`).
-- The statements ask for the same by themselves; this is the second line. A connection without a scope sees what is
-- public. Settings stand in a subquery, so that they are read once a statement and not once a row. Other tables are
-- looked into by a value and not by EXISTS, for which the planner may read all of them instead of one row.
-- Whoever owns the version writes it, by COPY too, and is not bound.

ALTER TABLE workshop ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON workshop FOR SELECT TO aw_gateway USING (
    published
    OR host = (SELECT current_setting('app.program', true))
    OR (SELECT current_setting('app.scope', true)) = 'auditor'
);

ALTER TABLE offered_topic ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offered_topic FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = offered_topic.workshop)
);

ALTER TABLE assignment_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON assignment_run FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = assignment_run.workshop)
);

ALTER TABLE document ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON document FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = document.workshop)
);

ALTER TABLE bucket ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON bucket FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = bucket.workshop)
);

-- A participant is found by the hash of their own secret alone.
ALTER TABLE registration ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON registration FOR SELECT TO aw_gateway USING (
    program = (SELECT current_setting('app.program', true))
    OR host = (SELECT current_setting('app.program', true))
        AND (SELECT current_setting('app.scope', true)) = 'program'
    OR (SELECT current_setting('app.scope', true)) IN ('auditor', 'participant')
);

ALTER TABLE group_registration ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON group_registration FOR SELECT TO aw_gateway USING (
    program = (SELECT current_setting('app.program', true))
    OR host = (SELECT current_setting('app.program', true))
        AND (SELECT current_setting('app.scope', true)) = 'program'
    OR (SELECT current_setting('app.scope', true)) = 'auditor'
);

ALTER TABLE wish ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON wish FOR SELECT TO aw_gateway USING (
    (SELECT true FROM registration r WHERE r.id = wish.registration)
);

ALTER TABLE attendance ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON attendance FOR SELECT TO aw_gateway USING (
    (SELECT true FROM registration r WHERE r.id = attendance.registration)
);

ALTER TABLE closed_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON closed_session FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = closed_session.workshop)
);

ALTER TABLE note ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON note FOR SELECT TO aw_gateway USING (
    (SELECT true FROM registration r WHERE r.id = note.registration)
);

ALTER TABLE history ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON history FOR SELECT TO aw_gateway USING (
    CASE
        WHEN (SELECT current_setting('app.scope', true)) = 'auditor' THEN true
        WHEN registration IS NOT NULL THEN
            (SELECT true FROM registration r WHERE r.id = history.registration)
        WHEN workshop IS NOT NULL THEN
            (SELECT true FROM workshop w WHERE w.id = history.workshop)
        ELSE true
    END
);

-- Counts of a workshop are seen with it; who wishes for what, and what happened on which day, by those who take part.
ALTER TABLE tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON tally FOR SELECT TO aw_gateway USING (
    (SELECT true FROM workshop w WHERE w.id = tally.workshop)
);

ALTER TABLE demand ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON demand FOR SELECT TO aw_gateway USING (
    (SELECT current_setting('app.scope', true)) = 'auditor'
    OR (
        SELECT true FROM workshop w
        WHERE w.id = demand.workshop AND (SELECT current_setting('app.program', true)) = ANY (w.participating))
);

ALTER TABLE timeline ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON timeline FOR SELECT TO aw_gateway USING (
    (SELECT current_setting('app.scope', true)) = 'auditor'
    OR (
        SELECT true FROM workshop w
        WHERE w.id = timeline.workshop AND (SELECT current_setting('app.program', true)) = ANY (w.participating))
);
