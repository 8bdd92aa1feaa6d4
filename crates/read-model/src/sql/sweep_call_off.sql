-- $1 the workshop, $2 the reason, $3 the version
UPDATE registration
SET state = 'cancelled',
    cause = NULL,
    cancelled_by = 'workshop',
    cancel_reason = $2,
    lapse = NULL,
    successor = NULL,
    expires = NULL,
    reason = $2,
    queue_rank = 1,
    version = $3
WHERE workshop = $1
    AND state IN ('submitted', 'pending_approval', 'confirmed', 'waitlisted', 'offered')
