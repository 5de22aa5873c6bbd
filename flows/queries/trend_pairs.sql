-- Who acted on whom most in the last week of news, by country, and how often in the week before.
WITH last AS (
    SELECT max(published_at::DATE) AS day FROM articles
)
SELECT
    actor_country || ' → ' || recipient_country AS name,
    count(*) FILTER (WHERE last_published_at::DATE > day - 7) AS now,
    count(*) FILTER (WHERE last_published_at::DATE <= day - 7) AS before
FROM events, last
WHERE status = 'actual' AND last_published_at::DATE > day - 14
    AND actor_country IS NOT NULL AND recipient_country IS NOT NULL
GROUP BY name
HAVING now > 0
ORDER BY now DESC, name
LIMIT 15;
