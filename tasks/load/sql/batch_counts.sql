-- Counts of a batch that is in already.
SELECT records_seen, loaded, unchanged, duplicates, quarantined
FROM load_batches
WHERE load_id = $1 AND batch_number = $2;
