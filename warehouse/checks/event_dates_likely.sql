-- title: Events are dated within the last five centuries or the next one: other years are misread, as a rule.
-- severity: warning
SELECT event_mention_id, event_date, trigger_text, evidence
FROM event_mentions
WHERE event_date NOT BETWEEN current_date - INTERVAL 500 YEARS AND current_date + INTERVAL 100 YEARS
