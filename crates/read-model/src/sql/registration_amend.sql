-- What was stated anew; blocks come all at once, with the decision that carried them.
UPDATE registration r
SET municipality = coalesce(stated.municipality, r.municipality),
    privacy_notice = coalesce(stated.privacy_notice, r.privacy_notice),
    link_hash = coalesce(stated.link_hash, r.link_hash),
    placeholder = coalesce(stated.placeholder, r.placeholder),
    decision = coalesce(stated.decision, r.decision),
    contact = CASE WHEN stated.decision IS NULL THEN r.contact ELSE stated.contact END,
    contact_commit = CASE WHEN stated.decision IS NULL THEN r.contact_commit ELSE stated.contact_commit END,
    identity = CASE WHEN stated.decision IS NULL THEN r.identity ELSE stated.identity END,
    identity_commit = CASE WHEN stated.decision IS NULL THEN r.identity_commit ELSE stated.identity_commit END,
    free_text = CASE WHEN stated.decision IS NULL THEN r.free_text ELSE stated.free_text END,
    free_text_commit = CASE WHEN stated.decision IS NULL THEN r.free_text_commit ELSE stated.free_text_commit END,
    look_alikes = CASE
        WHEN stated.decision IS NULL THEN r.look_alikes
        ELSE string_to_array(stated.look_alikes, ',')::uuid[]
    END,
    version = stated.version
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bytea[], $6::boolean[], $7::uuid[],
    $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[],
    $14::text[], $15::bigint[]
) AS stated (
    id, workshop, municipality, privacy_notice, link_hash, placeholder, decision,
    contact, contact_commit, identity, identity_commit, free_text, free_text_commit,
    look_alikes, version
)
WHERE r.id = stated.id AND r.workshop = stated.workshop
