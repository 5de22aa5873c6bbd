-- The load's counts are always the sums of its batches': adding to them would count a batch sent twice twice.
UPDATE loads
SET records_seen = total.records_seen,
    loaded = total.loaded,
    unchanged = total.unchanged,
    duplicates = total.duplicates,
    quarantined = total.quarantined
FROM (
    SELECT
        sum(records_seen) AS records_seen,
        sum(loaded) AS loaded,
        sum(unchanged) AS unchanged,
        sum(duplicates) AS duplicates,
        sum(quarantined) AS quarantined
    FROM load_batches
    WHERE load_id = $load_id
) AS total
WHERE loads.load_id = $load_id
