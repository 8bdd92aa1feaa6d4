-- Which versions of the read model there are, which of them is asked, and which messages are left out of all of them.
-- Not a read model itself: it knows clocks, and it is not made from the log.

-- What was here before versions were schemas can be folded again.
DROP SCHEMA IF EXISTS rm_1 CASCADE;

-- Numbers are never given twice, so nobody takes a new version for one that was dropped.
CREATE SEQUENCE version_number;

CREATE TABLE version (
    schema      text PRIMARY KEY CHECK (schema ~ '^(rm_[1-9][0-9]{0,8}|asof_[a-z][a-z0-9_]{0,39})$'),
    number      bigint GENERATED ALWAYS AS IDENTITY,
    kind        text NOT NULL CHECK (kind IN ('current', 'as_of')),
    shape       text NOT NULL,
    stage       text NOT NULL CHECK (stage IN ('building', 'ready', 'live', 'retired')),
    as_of       bigint CHECK (as_of >= 0),
    as_of_time  timestamptz,
    digest      text,
    digest_at   bigint,
    differs     text[] NOT NULL DEFAULT '{}',
    made_at     timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    drop_after  timestamptz
);

-- At most one version is asked.
CREATE UNIQUE INDEX version_live ON version ((true)) WHERE stage = 'live';

COMMENT ON TABLE version IS 'Versions of the read model, a schema each';
COMMENT ON COLUMN version.shape IS 'Hash of the tables and of what is folded into them; only code of the same shape reads or writes it';
COMMENT ON COLUMN version.stage IS 'building: rows are written, indexes are missing; ready: complete; live: asked and followed; retired: was live';
COMMENT ON COLUMN version.as_of IS 'Last position that is folded, where it is not to follow the log';
COMMENT ON COLUMN version.as_of_time IS 'The time that was asked for, where it was not a position';
COMMENT ON COLUMN version.digest IS 'Digest of all rows when it was compared, in hexadecimal';
COMMENT ON COLUMN version.digest_at IS 'Position as of which the digest holds';
COMMENT ON COLUMN version.differs IS 'Tables whose difference was accepted when it went live';
COMMENT ON COLUMN version.drop_after IS 'When it may be dropped; null: never by itself';

-- Messages that are left out of every version, each by an operator's decision.
CREATE TABLE skip (
    position     bigint NOT NULL,
    subject      text NOT NULL,
    message_hash bytea NOT NULL CHECK (octet_length(message_hash) = 32),
    reason       text NOT NULL CHECK (length(reason) BETWEEN 3 AND 500),
    skipped_at   timestamptz NOT NULL DEFAULT now(),
    -- After the log itself was exchanged another message may stand at the same position.
    PRIMARY KEY (position, message_hash)
);

COMMENT ON TABLE skip IS 'Messages that are left out of every version of the read model';

GRANT USAGE ON SCHEMA registry TO aw_projection, aw_gateway;
GRANT USAGE ON SEQUENCE version_number TO aw_projection;
GRANT SELECT, INSERT, UPDATE, DELETE ON version TO aw_projection;
GRANT SELECT, INSERT ON skip TO aw_projection;
GRANT SELECT ON version TO aw_gateway;
