SELECT position, subject, message_hash, reason, skipped_at FROM registry.skip ORDER BY position, message_hash
