-- Look at the mentions that have no event yet.
INSERT INTO focus SELECT event_mention_id FROM event_mentions WHERE event_id IS NULL;
