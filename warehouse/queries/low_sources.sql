-- Sources of which the day before $today brought less than half of the usual.
SELECT source, day, articles, expected FROM source_days WHERE is_low AND day = $today::DATE - 1 ORDER BY ALL;
