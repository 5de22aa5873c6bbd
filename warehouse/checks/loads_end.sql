-- title: No load has been running for more than a day: give its command again to finish it.
-- severity: warning
SELECT load_id, flow_run_name, started_at
FROM loads
WHERE state = 'running' AND started_at < now() - INTERVAL 1 DAY
