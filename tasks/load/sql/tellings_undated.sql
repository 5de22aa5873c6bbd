-- Mentions of one type and status that tell no day.
SELECT * FROM tellings WHERE event_type = $event_type AND status = $status AND event_date IS NULL;
