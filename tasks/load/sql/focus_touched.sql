-- All mentions of the events to tell anew; what was told is forgotten.
DELETE FROM events WHERE event_id IN (SELECT event_id FROM touched);
INSERT INTO focus SELECT event_mention_id FROM event_mentions SEMI JOIN touched USING (event_id);
