-- How many rows of each table are of the load's articles.
WITH written AS (
    SELECT article_id FROM articles WHERE load_id = $load_id
), mentions AS (
    SELECT event_mention_id, event_id FROM event_mentions SEMI JOIN written USING (article_id)
)
SELECT
    1 AS loads,
    (SELECT count(*) FROM quarantine WHERE load_id = $load_id) AS quarantine,
    (SELECT count(*) FROM written) AS articles,
    (SELECT count(*) FROM sentences SEMI JOIN written USING (article_id)) AS sentences,
    (SELECT count(*) FROM entity_mentions SEMI JOIN written USING (article_id)) AS entity_mentions,
    (SELECT count(DISTINCT entity_id) FROM entity_mentions SEMI JOIN written USING (article_id)) AS entities,
    (SELECT count(*) FROM mentions) AS event_mentions,
    (SELECT count(*) FROM event_participants SEMI JOIN mentions USING (event_mention_id)) AS event_participants,
    (SELECT count(DISTINCT event_id) FROM mentions) AS events;
