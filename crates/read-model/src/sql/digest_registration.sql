SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        id, workshop, host, program, municipality, number, person, channel,
        state, cause, cancelled_by, cancel_reason, arrival, link_hash, decision,
        contact, contact_commit, identity, identity_commit, free_text, free_text_commit,
        privacy_notice, reporting, submitted_at, version,
        placeholder, approved, group_id, together, expires, lapse, successor, look_alikes,
        overridden, reason, queue_rank, queue_at, queue_lot,
        topic_1, topic_1_pinned, topic_2, topic_2_pinned
    FROM registration
) t
ORDER BY t.id
