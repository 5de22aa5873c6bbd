-- How many mentions each of `spans` has, in their order.
SELECT count(event_mention_id) AS mentions
FROM spans
LEFT JOIN event_mentions AS mention
    ON mention.event_type = spans.event_type AND mention.status = spans.status
    AND mention.event_date BETWEEN spans.first_day AND spans.last_day
GROUP BY number
ORDER BY number;
