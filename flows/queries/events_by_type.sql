-- How often the load's articles tell of each type of event, and how often as having happened.
SELECT
    event_type,
    count(*) AS mentions,
    count(DISTINCT event_id) AS events,
    count(*) FILTER (WHERE status = 'actual') AS actual
FROM event_mentions
SEMI JOIN (SELECT article_id FROM articles WHERE load_id = $load_id) USING (article_id)
GROUP BY event_type
ORDER BY mentions DESC, event_type;
