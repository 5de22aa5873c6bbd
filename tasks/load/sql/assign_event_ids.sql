-- Give mentions the events that they were found to tell. Events that lose or gain one are to be told anew.
DELETE FROM assigned
WHERE (event_mention_id, event_id) IN (SELECT (event_mention_id, event_id) FROM event_mentions);
INSERT INTO touched SELECT event_id FROM assigned;
INSERT INTO touched
SELECT event_id FROM event_mentions SEMI JOIN assigned USING (event_mention_id) WHERE event_id IS NOT NULL;
UPDATE event_mentions
SET event_id = assigned.event_id
FROM assigned
WHERE event_mentions.event_mention_id = assigned.event_mention_id;
