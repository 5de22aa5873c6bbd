-- The last $weeks weeks of news; a week ends on the last day of news.
WITH last AS (
    SELECT max(published_at::DATE) AS day FROM articles
), weeks AS (
    SELECT (day - 7 * week::INTEGER - 6)::DATE AS first_day, (day - 7 * week::INTEGER)::DATE AS last_day
    FROM last, range($weeks::INTEGER) AS weeks(week)
    WHERE day IS NOT NULL
), news AS (
    SELECT first_day, count(*) AS articles, count(DISTINCT source) AS sources
    FROM weeks JOIN articles ON published_at::DATE BETWEEN first_day AND last_day
    GROUP BY first_day
), told AS (
    SELECT first_day, count(DISTINCT event_id) AS events,
        count(DISTINCT event_id) FILTER (WHERE quad_class <= 2) AS cooperation,
        count(DISTINCT event_id) FILTER (WHERE quad_class >= 3) AS conflict
    FROM weeks
    JOIN articles ON published_at::DATE BETWEEN first_day AND last_day
    JOIN event_mentions USING (article_id)
    WHERE status = 'actual'
    GROUP BY first_day
), refused AS (
    SELECT first_day, count(*) AS quarantined
    FROM weeks JOIN quarantine ON first_seen_at::DATE BETWEEN first_day AND last_day
    GROUP BY first_day
)
SELECT
    first_day, last_day, coalesce(articles, 0) AS articles, coalesce(sources, 0) AS sources,
    coalesce(events, 0) AS events, coalesce(cooperation, 0) AS cooperation, coalesce(conflict, 0) AS conflict,
    coalesce(quarantined, 0) AS quarantined
FROM weeks
LEFT JOIN news USING (first_day)
LEFT JOIN told USING (first_day)
LEFT JOIN refused USING (first_day)
ORDER BY first_day;
