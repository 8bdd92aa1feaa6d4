SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        registration, workshop, program, municipality, submitted_at, submitted_on, channel, channel_label,
        state, state_label, holds_seat, is_live, cause, cancelled_by, lapse, reason, cancel_reason,
        override_reason, expires_at, expires_on, approved, in_group, is_placeholder, topic_1, topic_2
    FROM registrations
) t
ORDER BY t.registration
