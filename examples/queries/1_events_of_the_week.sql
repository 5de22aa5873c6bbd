-- Events of the week: what was told as having happened, by day.
SELECT event_date, event_type, actor_name, recipient_name, place_name, article_count AS articles, event_id
FROM events_between('2026-11-15', '2026-11-21')
WHERE status = 'actual'
ORDER BY articles DESC, mention_count DESC, event_date, event_id
LIMIT 12;
