-- Reports whose mentions without a day are to be looked at.
SELECT DISTINCT report_id FROM stale WHERE event_date IS NULL ORDER BY report_id;
