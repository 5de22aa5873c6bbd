-- Forget what was read from the articles in `reread`, as far as they still have the text that was read again. Their
-- events are to be told anew, and the days of these to be looked at again. (As in retire_articles.sql, but the articles
-- stay what they are.)
INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN reread USING (article_id) WHERE event_id IS NOT NULL;
INSERT INTO stale BY NAME
SELECT event_type, status, event_date, report_id FROM settled SEMI JOIN reread USING (article_id);
INSERT INTO touched SELECT event_id FROM event_mentions WHERE event_id IS NOT NULL AND article_id IN (
    SELECT duplicate_of FROM articles SEMI JOIN reread USING (article_id)
);
INSERT INTO stirred SELECT band, band_key FROM article_bands SEMI JOIN reread USING (article_id);
UPDATE articles SET duplicate_of = NULL
WHERE article_id IN (FROM reread) AND article_id IN (SELECT article_id FROM article_signatures);
DELETE FROM event_participants WHERE event_mention_id IN (
    SELECT event_mention_id FROM event_mentions SEMI JOIN reread USING (article_id)
);
DELETE FROM event_mentions WHERE article_id IN (FROM reread);
DELETE FROM entity_mentions WHERE article_id IN (FROM reread);
DELETE FROM sentences WHERE article_id IN (FROM reread);
DELETE FROM article_bands WHERE article_id IN (FROM reread);
DELETE FROM article_signatures WHERE article_id IN (FROM reread);
-- What was known of entities that nobody names any more is not to be mixed with what is known now.
DELETE FROM entities WHERE entity_id NOT IN (
    SELECT entity_id FROM entity_mentions WHERE entity_id IS NOT NULL
    UNION
    SELECT entity_id FROM event_participants WHERE entity_id IS NOT NULL
);
