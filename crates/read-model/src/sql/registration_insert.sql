INSERT INTO registration (
    id, workshop, host, program, municipality, number, person, channel,
    state, cause, cancelled_by, cancel_reason, arrival, link_hash, decision,
    contact, contact_commit, identity, identity_commit, free_text, free_text_commit,
    privacy_notice, reporting, submitted_at, version
)
SELECT
    a.id, a.workshop, w.host, a.program, a.municipality, a.number, a.person, a.channel,
    a.state, a.cause, a.cancelled_by, a.cancel_reason, a.arrival, a.link_hash, a.decision,
    a.contact, a.contact_commit, a.identity, a.identity_commit, a.free_text, a.free_text_commit,
    a.privacy_notice, a.reporting, a.submitted_at, a.version
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::bigint[], $13::bytea[], $14::uuid[],
    $15::bytea[], $16::bytea[], $17::bytea[], $18::bytea[], $19::bytea[], $20::bytea[],
    $21::bigint[], $22::uuid[], $23::timestamptz[], $24::bigint[]
) AS a (
    id, workshop, program, municipality, number, person, channel,
    state, cause, cancelled_by, cancel_reason, arrival, link_hash, decision,
    contact, contact_commit, identity, identity_commit, free_text, free_text_commit,
    privacy_notice, reporting, submitted_at, version
)
JOIN workshop w ON w.id = a.workshop
ON CONFLICT (id) DO NOTHING
