-- What each source brought in the last week of news, and in the week before.
WITH last AS (
    SELECT max(published_at::DATE) AS day FROM articles
)
SELECT
    coalesce(source, '–') AS name,
    count(*) FILTER (WHERE published_at::DATE > day - 7) AS now,
    count(*) FILTER (WHERE published_at::DATE <= day - 7) AS before
FROM articles, last
WHERE published_at::DATE > day - 14
GROUP BY source
ORDER BY now DESC, name
LIMIT 30;
