-- Mentions that have no event yet are to be looked at.
INSERT INTO stale BY NAME SELECT event_type, status, event_date, report_id FROM settled WHERE event_id IS NULL;
