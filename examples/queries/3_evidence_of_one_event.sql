-- The evidence of one event, the one that most articles tell: every sentence that tells it, with its source.
SELECT source, event_type, trigger_text AS trigger, evidence
FROM evidence((SELECT event_id FROM events ORDER BY article_count DESC, mention_count DESC, event_date, event_id LIMIT 1));
