INSERT INTO registry.skip (position, subject, message_hash, reason) VALUES ($1, $2, $3, $4)
ON CONFLICT (position, message_hash) DO NOTHING
