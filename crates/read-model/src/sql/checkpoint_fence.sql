UPDATE checkpoint
SET fence = fence + 1
WHERE projection = $1
RETURNING position, fence, message_hash, stream_created
