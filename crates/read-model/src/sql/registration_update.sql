-- The last step; who moves on has no successor.
UPDATE registration r
SET state = moved.state,
    cause = moved.cause,
    cancelled_by = moved.cancelled_by,
    cancel_reason = moved.cancel_reason,
    lapse = moved.lapse,
    successor = NULL,
    expires = CASE WHEN moved.expires_same THEN r.expires ELSE moved.expires END,
    reason = CASE WHEN moved.reason_same THEN r.reason ELSE moved.reason END,
    overridden = CASE WHEN moved.overridden_same THEN r.overridden ELSE moved.overridden END,
    approved = r.approved OR moved.approved,
    queue_rank = coalesce(moved.queue_rank, r.queue_rank),
    queue_lot = CASE WHEN moved.queue_at IS NULL THEN r.queue_lot ELSE 0 END,
    queue_at = coalesce(moved.queue_at, r.queue_at),
    topic_1 = CASE WHEN moved.leaves THEN NULL ELSE r.topic_1 END,
    topic_1_pinned = r.topic_1_pinned AND NOT moved.leaves,
    topic_2 = CASE WHEN moved.leaves THEN NULL ELSE r.topic_2 END,
    topic_2_pinned = r.topic_2_pinned AND NOT moved.leaves,
    version = moved.version
FROM unnest(
    $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::timestamptz[], $9::boolean[], $10::text[], $11::boolean[], $12::text[], $13::boolean[],
    $14::boolean[], $15::smallint[], $16::bigint[], $17::bigint[], $18::boolean[]
) AS moved (
    id, workshop, state, cause, cancelled_by, cancel_reason, lapse,
    expires, expires_same, reason, reason_same, overridden, overridden_same,
    approved, queue_rank, queue_at, version, leaves
)
WHERE r.id = moved.id AND r.workshop = moved.workshop
