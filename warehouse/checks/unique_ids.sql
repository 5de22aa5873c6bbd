-- title: No identifier stands twice in a table.
-- severity: error
SELECT 'articles' AS table_name, article_id AS id, count(*) AS times FROM articles GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'entity_mentions', entity_mention_id, count(*) AS times FROM entity_mentions GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'entities', entity_id, count(*) AS times FROM entities GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'event_mentions', event_mention_id, count(*) AS times FROM event_mentions GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'events', event_id, count(*) AS times FROM events GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'loads', load_id, count(*) AS times FROM loads GROUP BY ALL HAVING times > 1
UNION ALL
SELECT 'quarantine', quarantine_id, count(*) AS times FROM quarantine GROUP BY ALL HAVING times > 1
