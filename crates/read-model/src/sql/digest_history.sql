SELECT sha256(convert_to(t::text, 'UTF8'))
FROM (
    SELECT
        position, ordinal, decision, decided_at, simulated, actor, command, kind, workshop, program,
        registration, other, state, cause, cancelled_by, lapse, reason, expires
    FROM history
) t
ORDER BY t.position, t.ordinal
