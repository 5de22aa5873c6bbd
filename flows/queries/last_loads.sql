-- The last runs that wrote, newest first.
SELECT
    started_at,
    flow_run_name,
    state,
    epoch(finished_at - started_at) AS seconds,
    records_seen,
    loaded,
    unchanged,
    duplicates,
    quarantined
FROM loads
ORDER BY started_at DESC
LIMIT 5;
