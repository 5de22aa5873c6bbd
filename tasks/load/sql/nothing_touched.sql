-- A row if there is nothing to do.
SELECT 1 WHERE NOT EXISTS (FROM touched) AND NOT EXISTS (FROM stale);
