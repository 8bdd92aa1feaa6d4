-- What was said about reasons, sealed; and who may see a workshop.

CREATE TABLE note (
    registration uuid NOT NULL,
    at           bigint NOT NULL,
    workshop     uuid NOT NULL,
    sealed       bytea NOT NULL,
    sealed_commit bytea NOT NULL,
    decision     uuid NOT NULL,
    PRIMARY KEY (registration, at)
);

COMMENT ON TABLE note IS 'Free text beside a reason; it opens with the keys of the registration''s person';
COMMENT ON COLUMN note.at IS 'Position of the decision × 512 + index of the event in it';
COMMENT ON COLUMN note.decision IS 'Decision that carried the text; it opens with no other';

GRANT SELECT, INSERT, UPDATE, DELETE ON note TO aw_projection;
GRANT SELECT ON note TO aw_gateway;

-- A draft that is cancelled was never published and stays with its host.
ALTER TABLE workshop ADD COLUMN published boolean NOT NULL DEFAULT false;
UPDATE workshop SET published = status <> 'draft';
ALTER TABLE workshop ALTER COLUMN published DROP DEFAULT;

COMMENT ON COLUMN workshop.published IS 'Whether it was ever published: then everybody may see it';
