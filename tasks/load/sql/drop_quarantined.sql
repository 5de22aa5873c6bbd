-- Rows in `dropped` are given up. They stay, without their payload: a record that is met again keeps its first row.
UPDATE quarantine SET dropped_at = now(), payload = NULL, payload_complete = false
WHERE quarantine_id IN (SELECT quarantine_id FROM dropped) AND dropped_at IS NULL AND NOT resolved;
