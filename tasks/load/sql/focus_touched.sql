-- From the mentions that just got their event to all mentions of the events to tell anew; what was told is forgotten.
INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN focus USING (event_mention_id);
DELETE FROM events WHERE event_id IN (SELECT event_id FROM touched);
DELETE FROM focus;
INSERT INTO focus SELECT event_mention_id FROM event_mentions SEMI JOIN touched USING (event_id);
