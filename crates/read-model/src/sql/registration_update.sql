UPDATE registration r
SET state = moved.state,
    cause = moved.cause,
    cancelled_by = moved.cancelled_by,
    cancel_reason = moved.cancel_reason,
    version = moved.version
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
    AS moved (id, workshop, state, cause, cancelled_by, cancel_reason, version)
WHERE r.id = moved.id AND r.workshop = moved.workshop
