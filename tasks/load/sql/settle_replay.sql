-- What became of the records in `replayed`, by the records in `failures` of the load that tried them again.
--
-- The last verdict stands in the row that the record has had from the beginning: one that the load has written for
-- the same record goes.
UPDATE quarantine
SET replayed_at = now(),
    resolved = verdict.reason IS NULL,
    stage = coalesce(verdict.stage, quarantine.stage),
    reason = coalesce(verdict.reason, quarantine.reason),
    message = coalesce(verdict.message, quarantine.message)
FROM (
    SELECT DISTINCT ON (kept.quarantine_id) kept.quarantine_id, failure.stage, failure.reason, failure.message
    FROM quarantine AS kept
    SEMI JOIN replayed USING (quarantine_id)
    LEFT JOIN failures AS failure
        ON failure.origin = kept.origin AND failure.record_number IS NOT DISTINCT FROM kept.record_number
    ORDER BY kept.quarantine_id, failure.quarantine_id <> kept.quarantine_id, failure.reason
) AS verdict
WHERE quarantine.quarantine_id = verdict.quarantine_id;

DELETE FROM quarantine
WHERE load_id = $load_id
    AND quarantine_id NOT IN (SELECT quarantine_id FROM replayed)
    AND EXISTS (
        FROM quarantine AS kept
        SEMI JOIN replayed USING (quarantine_id)
        WHERE kept.origin = quarantine.origin AND kept.record_number IS NOT DISTINCT FROM quarantine.record_number
    );
