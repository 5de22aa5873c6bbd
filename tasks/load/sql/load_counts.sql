-- Counts of a load so far.
SELECT records_seen, loaded, unchanged, duplicates, quarantined FROM loads WHERE load_id = $1;
