-- Events of each type that the last week of news told as having happened, and the week before.
WITH last AS (
    SELECT max(published_at::DATE) AS day FROM articles
)
SELECT
    event_type AS name,
    count(DISTINCT event_id) FILTER (WHERE published_at::DATE > day - 7) AS now,
    count(DISTINCT event_id) FILTER (WHERE published_at::DATE <= day - 7) AS before
FROM event_mentions JOIN articles USING (article_id), last
WHERE status = 'actual' AND published_at::DATE > day - 14
GROUP BY event_type
ORDER BY now DESC, name;
