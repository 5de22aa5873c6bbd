-- What is in the articles that the load wrote.
WITH written AS (SELECT article_id, word_count, source FROM articles WHERE load_id = $load_id)
SELECT
    (SELECT count(DISTINCT source) FROM written) AS sources,
    (SELECT coalesce(sum(word_count), 0)::BIGINT FROM written) AS words,
    (SELECT count(*) FROM entity_mentions SEMI JOIN written USING (article_id)) AS entity_mentions,
    (SELECT count(DISTINCT entity_id) FROM entity_mentions SEMI JOIN written USING (article_id)) AS entities,
    (SELECT count(*) FROM event_mentions SEMI JOIN written USING (article_id)) AS event_mentions,
    (SELECT count(DISTINCT event_id) FROM event_mentions SEMI JOIN written USING (article_id)) AS events;
