-- A record that is met again keeps its first row.
INSERT INTO quarantine BY NAME
SELECT
    quarantine_id, $load_id::UBIGINT AS load_id, origin, record_number, stage, reason, message, payload,
    payload_size, payload_complete, byte_offset, format, context, now() AS first_seen_at, false AS resolved
FROM incoming_quarantine
WHERE quarantine_id NOT IN (SELECT quarantine_id FROM quarantine)
