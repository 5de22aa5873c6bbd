-- title: No sentence, participant, version of an article or batch of a load stands twice.
-- severity: error
SELECT 'sentences' AS table_name, [article_id::VARCHAR, part, sentence_index::VARCHAR] AS key, count(*) AS times
FROM sentences GROUP BY article_id, part, sentence_index HAVING times > 1
UNION ALL
SELECT 'event_participants', [event_mention_id::VARCHAR, role, position::VARCHAR], count(*) AS times
FROM event_participants GROUP BY event_mention_id, role, position HAVING times > 1
UNION ALL
SELECT 'articles and article_revisions', [article_id::VARCHAR, content_hash::VARCHAR], count(*) AS times
FROM (SELECT article_id, content_hash FROM articles UNION ALL SELECT article_id, content_hash FROM article_revisions)
GROUP BY article_id, content_hash HAVING times > 1
UNION ALL
SELECT 'load_batches', [load_id::VARCHAR, batch_number::VARCHAR], count(*) AS times
FROM load_batches GROUP BY load_id, batch_number HAVING times > 1
UNION ALL
SELECT 'source_days', [source, day::VARCHAR], count(*) AS times FROM source_days GROUP BY source, day HAVING times > 1
