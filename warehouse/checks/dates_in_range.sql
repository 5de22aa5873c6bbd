-- title: Dates are possible: published since 1900 and not in the future, and no event ends before it begins.
-- severity: error
SELECT 'articles.published_at' AS what, article_id AS id, published_at::VARCHAR AS value
FROM articles
WHERE published_at < '1900-01-01' OR published_at > now() + INTERVAL 2 DAYS
UNION ALL
SELECT 'event_mentions.event_date_end', event_mention_id, event_date_end::VARCHAR
FROM event_mentions
WHERE event_date_end < event_date
UNION ALL
SELECT 'loads.finished_at', load_id, finished_at::VARCHAR FROM loads WHERE finished_at < started_at
