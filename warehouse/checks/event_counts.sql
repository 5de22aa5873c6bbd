-- Counts of an event are those of its mentions, and its type, status and day are theirs.
SELECT event_id, events.mention_count, events.article_count
FROM events
JOIN (
    SELECT event_id, count(*) AS mentions, count(DISTINCT article_id) AS articles,
        count(DISTINCT (event_type, status)) AS kinds, min(event_type) AS event_type, min(status) AS status,
        count(DISTINCT event_date) AS days
    FROM event_mentions GROUP BY event_id
) AS told USING (event_id)
WHERE events.mention_count <> told.mentions OR events.article_count <> told.articles OR told.kinds <> 1
    OR events.event_type <> told.event_type OR events.status <> told.status OR told.days > 1
