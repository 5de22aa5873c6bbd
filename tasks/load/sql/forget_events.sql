-- As if nothing had been consolidated.
DELETE FROM events;
UPDATE event_mentions SET event_id = NULL;
