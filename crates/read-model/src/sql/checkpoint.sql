SELECT position, fence, message_hash, stream_created
FROM checkpoint
WHERE projection = $1
