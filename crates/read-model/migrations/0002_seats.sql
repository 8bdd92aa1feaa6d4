-- What the rules of seats add: buckets, offers, approval, groups, places in the order.
-- What was folded before holds none of these facts, so each default is what folding it anew gives:
-- no cap, no guarantee, first come, nothing to approve, places as people came in.

ALTER TABLE workshop
    ADD COLUMN min_participants        bigint,
    ADD COLUMN sign_up                 text NOT NULL DEFAULT 'programs',
    ADD COLUMN admission               text NOT NULL DEFAULT 'first_come',
    ADD COLUMN approval                boolean NOT NULL DEFAULT false,
    ADD COLUMN offer_hours             integer,
    ADD COLUMN substitute_until_stated text,
    ADD COLUMN substitute_until_at     timestamptz,
    ADD COLUMN wishes_until_stated     text,
    ADD COLUMN wishes_until_at         timestamptz,
    ADD COLUMN promotion_stops_stated  text,
    ADD COLUMN promotion_stops_at      timestamptz,
    ADD COLUMN drawn                   boolean NOT NULL DEFAULT false,
    ADD COLUMN released                text[] NOT NULL DEFAULT '{}';

ALTER TABLE workshop
    ALTER COLUMN sign_up DROP DEFAULT,
    ALTER COLUMN admission DROP DEFAULT,
    ALTER COLUMN approval DROP DEFAULT,
    ALTER COLUMN drawn DROP DEFAULT,
    ALTER COLUMN released DROP DEFAULT;

COMMENT ON COLUMN workshop.min_participants IS 'How many must come for it to take place; told to people, never decided on';
COMMENT ON COLUMN workshop.offer_hours IS 'Hours to answer an offered seat; null where a seat passes on directly';
COMMENT ON COLUMN workshop.promotion_stops_at IS 'First instant from which on no seat passes on by itself';
COMMENT ON COLUMN workshop.drawn IS 'Whether lots were drawn';
COMMENT ON COLUMN workshop.released IS 'Programs whose guarantee is free for all, sorted';

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

ALTER TABLE registration
    ADD COLUMN placeholder boolean NOT NULL DEFAULT false,
    ADD COLUMN approved    boolean NOT NULL DEFAULT false,
    ADD COLUMN group_id    uuid,
    ADD COLUMN together    boolean,
    ADD COLUMN expires     timestamptz,
    ADD COLUMN lapse       text,
    ADD COLUMN successor   uuid,
    ADD COLUMN look_alikes uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN overridden  text,
    ADD COLUMN reason      text,
    ADD COLUMN queue_rank  smallint NOT NULL DEFAULT 1,
    ADD COLUMN queue_at    bigint,
    ADD COLUMN queue_lot   integer NOT NULL DEFAULT 0;

UPDATE registration SET queue_at = arrival, reason = cancel_reason;

ALTER TABLE registration
    ALTER COLUMN placeholder DROP DEFAULT,
    ALTER COLUMN approved DROP DEFAULT,
    ALTER COLUMN look_alikes DROP DEFAULT,
    ALTER COLUMN queue_rank DROP DEFAULT,
    ALTER COLUMN queue_at SET NOT NULL,
    ALTER COLUMN queue_lot DROP DEFAULT;

-- Those who wait, in the order in which they are served.
CREATE INDEX registration_queue ON registration (workshop, queue_rank, queue_at, queue_lot)
    INCLUDE (program) WHERE state = 'waitlisted';

COMMENT ON COLUMN registration.placeholder IS 'Whether the person is nobody in particular (N.N.)';
COMMENT ON COLUMN registration.approved IS 'Whether an office has approved';
COMMENT ON COLUMN registration.together IS 'Whether the members of the group wait for seats for all of them';
COMMENT ON COLUMN registration.expires IS 'When the offer, or the time to confirm the address, is over; stays when it has lapsed';
COMMENT ON COLUMN registration.lapse IS 'What has lapsed: offer or email';
COMMENT ON COLUMN registration.successor IS 'To whom it was transferred, or into which it was merged';
COMMENT ON COLUMN registration.look_alikes IS 'Registrations that may be of the same person, sorted';
COMMENT ON COLUMN registration.overridden IS 'Why it was let in past the rules';
COMMENT ON COLUMN registration.reason IS 'The last reason given: of a decline, cancellation, reinstatement, substitution or move to the waitlist';
COMMENT ON COLUMN registration.queue_rank IS 'Place in the order, first part: 0 was moved from a seat, 1 regular';
COMMENT ON COLUMN registration.queue_at IS 'Place in the order, second part: position × 512 + index of the event that gave the place';
COMMENT ON COLUMN registration.queue_lot IS 'Place in the order, third part: the place drawn by lot, else 0';

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
COMMENT ON COLUMN group_registration.person IS 'The first member''s person, whose keys open the contact';

GRANT SELECT, INSERT, UPDATE, DELETE ON bucket, group_registration TO aw_projection;
GRANT SELECT ON bucket, group_registration TO aw_gateway;
