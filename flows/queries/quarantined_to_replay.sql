-- What trying these rows again needs, in the order of their origins.
SELECT
    quarantine_id, origin, record_number, stage, reason, payload, payload_size, payload_complete, byte_offset, format,
    context
FROM quarantine
WHERE list_contains($ids::UBIGINT[], quarantine_id)
ORDER BY origin, record_number NULLS LAST, quarantine_id;
