-- The event that an id names, be it the event's own or that of one of its mentions.
SELECT event.*
FROM events AS event
WHERE event.event_id = $id
   OR event.event_id = (SELECT mention.event_id FROM event_mentions AS mention WHERE mention.event_mention_id = $id);
