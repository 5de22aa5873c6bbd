-- Days to look at again, of each type and status.
SELECT DISTINCT event_type, status, event_date
FROM stale
WHERE event_date IS NOT NULL
ORDER BY ALL;
