-- $1 the workshop, $2 who leaves, $3 who comes; $4 to $21 what is known of whoever comes,
-- $22 the reason, $23 the version
WITH made AS (
    INSERT INTO registration (
        id, workshop, host, program, group_id, together,
        state, cause, expires, approved, queue_rank, queue_at, queue_lot,
        topic_1, topic_1_pinned, topic_2, topic_2_pinned,
        reporting, number, person, placeholder, municipality, channel, privacy_notice, link_hash, look_alikes,
        contact, contact_commit, identity, identity_commit, free_text, free_text_commit,
        decision, arrival, submitted_at, version
    )
    SELECT
        $3, o.workshop, o.host, o.program, o.group_id, o.together,
        o.state, o.cause, o.expires, o.approved, o.queue_rank, o.queue_at, o.queue_lot,
        o.topic_1, o.topic_1_pinned, o.topic_2, o.topic_2_pinned,
        $4, $5, $6, $7, $8, $9, $10, $11, string_to_array($12, ',')::uuid[],
        $13, $14, $15, $16, $17, $18,
        $19, $20, $21, $23
    FROM registration o
    WHERE o.id = $2 AND o.workshop = $1
    ON CONFLICT (id) DO NOTHING
    RETURNING id
),
wished AS (
    INSERT INTO wish (workshop, registration, slot, vetoed, rank, topic)
    SELECT x.workshop, made.id, x.slot, x.vetoed, x.rank, x.topic
    FROM wish x
    CROSS JOIN made
    WHERE x.workshop = $1 AND x.registration = $2
)
UPDATE registration o
SET state = 'transferred',
    cause = NULL,
    cancelled_by = NULL,
    cancel_reason = NULL,
    lapse = NULL,
    expires = NULL,
    successor = made.id,
    reason = $22,
    queue_rank = 1,
    topic_1 = NULL,
    topic_1_pinned = false,
    topic_2 = NULL,
    topic_2_pinned = false,
    version = $23
FROM made
WHERE o.id = $2 AND o.workshop = $1
