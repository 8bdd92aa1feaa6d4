-- $1 the workshop, $2 which one ends, $3 which one goes on,
-- $4 whether that one takes the state, $5 whether it takes the place in the order, $6 the version
WITH survivor AS (
    UPDATE registration s
    SET state = CASE WHEN $4 THEN e.state ELSE s.state END,
        cause = CASE WHEN $4 THEN e.cause ELSE s.cause END,
        cancelled_by = CASE WHEN $4 THEN e.cancelled_by ELSE s.cancelled_by END,
        cancel_reason = CASE WHEN $4 THEN e.cancel_reason ELSE s.cancel_reason END,
        lapse = CASE WHEN $4 THEN e.lapse ELSE s.lapse END,
        successor = CASE WHEN $4 THEN e.successor ELSE s.successor END,
        expires = CASE WHEN $4 THEN e.expires ELSE s.expires END,
        queue_rank = CASE WHEN $5 THEN e.queue_rank ELSE s.queue_rank END,
        queue_at = CASE WHEN $5 THEN e.queue_at ELSE s.queue_at END,
        queue_lot = CASE WHEN $5 THEN e.queue_lot ELSE s.queue_lot END,
        approved = s.approved OR e.approved,
        topic_1 = CASE WHEN $4 THEN e.topic_1 ELSE s.topic_1 END,
        topic_1_pinned = CASE WHEN $4 THEN e.topic_1_pinned ELSE s.topic_1_pinned END,
        topic_2 = CASE WHEN $4 THEN e.topic_2 ELSE s.topic_2 END,
        topic_2_pinned = CASE WHEN $4 THEN e.topic_2_pinned ELSE s.topic_2_pinned END,
        version = $6
    FROM registration e
    WHERE s.id = $3 AND s.workshop = $1 AND e.id = $2 AND e.workshop = $1
    RETURNING s.id
)
UPDATE registration e
SET state = 'merged',
    cause = NULL,
    cancelled_by = NULL,
    cancel_reason = NULL,
    lapse = NULL,
    expires = NULL,
    successor = survivor.id,
    topic_1 = NULL,
    topic_1_pinned = false,
    topic_2 = NULL,
    topic_2_pinned = false,
    version = $6
FROM survivor
WHERE e.id = $2 AND e.workshop = $1
