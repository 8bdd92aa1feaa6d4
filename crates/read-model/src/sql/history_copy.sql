COPY history (
    position, ordinal, decision, decided_at, simulated, actor, command, kind, workshop, program,
    registration, other, state, cause, cancelled_by, lapse, reason, expires
) FROM STDIN (FORMAT binary)
