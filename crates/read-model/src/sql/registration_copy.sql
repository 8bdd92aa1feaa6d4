COPY registration (
    host, queue_lot, id, workshop, program, municipality, number, person, channel, arrival, reporting,
    submitted_at, group_id, together, state, cause, cancelled_by, cancel_reason, lapse, expires, reason,
    overridden, approved, queue_rank, queue_at, privacy_notice, link_hash, placeholder, decision, contact,
    contact_commit, identity, identity_commit, free_text, free_text_commit, look_alikes, version
) FROM STDIN (FORMAT binary)
