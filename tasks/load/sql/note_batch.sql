INSERT INTO load_batches
VALUES ($load_id, $batch_number, $records_seen, $loaded, $unchanged, $duplicates, $quarantined, now())
