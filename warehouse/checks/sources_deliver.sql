-- title: On the last whole day no source delivered less than half of its usual volume.
-- severity: warning
SELECT source, day, articles, expected
FROM source_days
WHERE is_low AND day = (SELECT max(day) FROM source_days)
