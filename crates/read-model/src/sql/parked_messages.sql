SELECT position, message_hash, error_code FROM parked WHERE subject = $1 ORDER BY position
