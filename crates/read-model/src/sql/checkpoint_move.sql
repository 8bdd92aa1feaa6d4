WITH moved AS (
    UPDATE checkpoint
    SET position = $4, message_hash = $5, stream_created = $6
    WHERE projection = $1 AND position = $2 AND fence = $3
    RETURNING position
),
told AS (
    UPDATE freshness SET position = moved.position FROM moved
)
SELECT
    EXISTS (SELECT FROM moved) AS moved,
    array_agg(subject ORDER BY subject) AS parked,
    coalesce(sum(messages), 0)::bigint AS messages
FROM parked_subject
