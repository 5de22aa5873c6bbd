-- title: Counts of a load add up, and are the sums of its batches'.
-- severity: error
SELECT loads.load_id, loads.records_seen, loads.loaded, loads.unchanged, loads.duplicates, loads.quarantined
FROM loads
LEFT JOIN (
    SELECT load_id, sum(records_seen) AS records_seen, sum(loaded) AS loaded, sum(unchanged) AS unchanged,
        sum(duplicates) AS duplicates, sum(quarantined) AS quarantined
    FROM load_batches GROUP BY load_id
) AS batches USING (load_id)
WHERE loads.records_seen <> loads.loaded + loads.unchanged + loads.duplicates + loads.quarantined
    OR loads.records_seen <> coalesce(batches.records_seen, 0)
    OR loads.loaded <> coalesce(batches.loaded, 0)
    OR loads.unchanged <> coalesce(batches.unchanged, 0)
    OR loads.duplicates <> coalesce(batches.duplicates, 0)
    OR loads.quarantined <> coalesce(batches.quarantined, 0)
