-- title: No feed, version of an item or file is noted twice.
-- severity: error
SELECT 'watch_feeds' AS table_name, url AS key, count(*) AS times FROM watch_feeds GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'watch_items', item_id || ' ' || version, count(*) AS times
FROM watch_items GROUP BY item_id, version HAVING times > 1
UNION ALL
SELECT 'watch_files', path, count(*) AS times FROM watch_files GROUP BY ALL HAVING times > 1
