-- Rows of the quarantine that wait to be looked at, of the reasons, time and ids asked for (empty or null: any).
SELECT
    quarantine_id, first_seen_at, reason, stage, origin, record_number, message, payload_size, payload_complete,
    byte_offset, replayed_at
FROM quarantine
WHERE NOT resolved AND dropped_at IS NULL
    AND (len($reasons::VARCHAR[]) = 0 OR list_contains($reasons::VARCHAR[], reason))
    AND ($since::TIMESTAMPTZ IS NULL OR first_seen_at >= $since::TIMESTAMPTZ)
    AND (len($ids::UBIGINT[]) = 0 OR list_contains($ids::UBIGINT[], quarantine_id))
ORDER BY origin, record_number NULLS LAST, quarantine_id;
