-- After an amendment a person is found by their newest data. Keys, program and
-- tombstone stay out of the registration service's reach, and a tombstone can be
-- given no index: person_destroyed_has_nothing.

GRANT UPDATE (strong, soft) ON person TO aw_registration;

COMMENT ON COLUMN person.strong IS
    'HMAC of name, municipality and e-mail; null without an e-mail, and where another living person had it first';
