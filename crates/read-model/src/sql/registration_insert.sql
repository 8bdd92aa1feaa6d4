INSERT INTO registration (
    host, queue_lot, id, workshop, program, municipality, number, person, channel, arrival, reporting,
    submitted_at, group_id, together, state, cause, cancelled_by, cancel_reason, lapse, expires, reason,
    overridden, approved, queue_rank, queue_at, privacy_notice, link_hash, placeholder, decision, contact,
    contact_commit, identity, identity_commit, free_text, free_text_commit, look_alikes, version
)
SELECT
    w.host, 0, a.id, a.workshop, a.program, a.municipality, a.number, a.person, a.channel, a.arrival,
    a.reporting, a.submitted_at, a.group_id, a.together, a.state, a.cause, a.cancelled_by, a.cancel_reason,
    a.lapse, a.expires, a.reason, a.overridden, a.approved, a.queue_rank, a.queue_at, a.privacy_notice,
    a.link_hash, a.placeholder, a.decision, a.contact, a.contact_commit, a.identity, a.identity_commit,
    a.free_text, a.free_text_commit, string_to_array(a.look_alikes, ',')::uuid[], a.version
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::bigint[],
    $9::uuid[], $10::timestamptz[], $11::uuid[], $12::boolean[], $13::text[], $14::text[], $15::text[],
    $16::text[], $17::text[], $18::timestamptz[], $19::text[], $20::text[], $21::boolean[],
    $22::smallint[], $23::bigint[], $24::bigint[], $25::bytea[], $26::boolean[], $27::uuid[], $28::bytea[],
    $29::bytea[], $30::bytea[], $31::bytea[], $32::bytea[], $33::bytea[], $34::text[], $35::bigint[]
) AS a (
    id, workshop, program, municipality, number, person, channel, arrival, reporting, submitted_at,
    group_id, together, state, cause, cancelled_by, cancel_reason, lapse, expires, reason, overridden,
    approved, queue_rank, queue_at, privacy_notice, link_hash, placeholder, decision, contact,
    contact_commit, identity, identity_commit, free_text, free_text_commit, look_alikes, version
)
JOIN workshop w ON w.id = a.workshop
ON CONFLICT (id) DO NOTHING
