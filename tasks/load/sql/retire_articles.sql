-- Make room for new revisions: the current ones of the articles in `revised` go to article_revisions, and what was
-- read from them goes. Their events are to be told anew, and the days of these to be looked at again.
INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN revised USING (article_id);
INSERT INTO stale BY NAME
SELECT event_type, status, event_date, report_id FROM settled SEMI JOIN revised USING (article_id);
INSERT INTO touched SELECT event_id FROM event_mentions WHERE article_id IN (
    SELECT duplicate_of FROM articles SEMI JOIN revised USING (article_id)
);
INSERT INTO stirred SELECT band, band_key FROM article_bands SEMI JOIN revised USING (article_id);
-- Whose report was nearly repeated is known of current revisions only.
INSERT INTO article_revisions BY NAME
SELECT * REPLACE (
    if(duplicate_kind = 'near', NULL, duplicate_of) AS duplicate_of,
    if(duplicate_kind = 'near', NULL, duplicate_kind) AS duplicate_kind
)
FROM articles
SEMI JOIN revised USING (article_id);
DELETE FROM event_participants WHERE event_mention_id IN (
    SELECT event_mention_id FROM event_mentions SEMI JOIN revised USING (article_id)
);
DELETE FROM event_mentions WHERE article_id IN (FROM revised);
DELETE FROM entity_mentions WHERE article_id IN (FROM revised);
DELETE FROM sentences WHERE article_id IN (FROM revised);
DELETE FROM article_bands WHERE article_id IN (FROM revised);
DELETE FROM article_signatures WHERE article_id IN (FROM revised);
DELETE FROM articles WHERE article_id IN (FROM revised);
