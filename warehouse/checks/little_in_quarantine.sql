-- title: At most a fifth of the records of a load, of 20 or more, of the last seven days went into quarantine.
-- severity: warning
SELECT load_id, flow_run_name, records_seen, quarantined, round(quarantined / records_seen, 3) AS share
FROM loads
WHERE started_at > now() - INTERVAL 7 DAYS AND records_seen >= 20 AND share > 0.2
