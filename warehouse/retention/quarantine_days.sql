-- Records that could not be used.
DELETE FROM quarantine WHERE first_seen_at < now() - to_days($days::INTEGER);
