-- title: Every row belongs to one that exists: mentions to sentences and articles, participants to mentions, and so on.
-- severity: error
SELECT 'sentences without article' AS what, article_id AS id FROM sentences ANTI JOIN articles USING (article_id)
UNION ALL
SELECT 'entity mentions without sentence', entity_mention_id
FROM entity_mentions ANTI JOIN sentences USING (article_id, part, sentence_index)
UNION ALL
SELECT 'event mentions without sentence', event_mention_id
FROM event_mentions ANTI JOIN sentences USING (article_id, part, sentence_index)
UNION ALL
SELECT 'participants without event mention', event_mention_id
FROM event_participants ANTI JOIN event_mentions USING (event_mention_id)
UNION ALL
SELECT 'entity mentions of unknown entities', entity_mention_id
FROM (SELECT * FROM entity_mentions WHERE entity_id IS NOT NULL) ANTI JOIN entities USING (entity_id)
UNION ALL
SELECT 'participants that are unknown entities', event_mention_id
FROM (SELECT * FROM event_participants WHERE entity_id IS NOT NULL) ANTI JOIN entities USING (entity_id)
UNION ALL
SELECT 'events without mention', event_id FROM events ANTI JOIN event_mentions USING (event_id)
UNION ALL
SELECT 'event mentions without event', event_mention_id
FROM event_mentions ANTI JOIN events USING (event_id)
UNION ALL
SELECT 'duplicates of unknown articles', article_id
FROM articles WHERE duplicate_of IS NOT NULL AND duplicate_of NOT IN (SELECT article_id FROM articles)
UNION ALL
SELECT 'exact duplicates that were read', article_id
FROM (SELECT * FROM articles WHERE duplicate_of IS NOT NULL)
SEMI JOIN sentences USING (article_id)
ANTI JOIN article_signatures USING (article_id)
UNION ALL
SELECT 'signatures without article', article_id FROM article_signatures ANTI JOIN articles USING (article_id)
UNION ALL
SELECT 'bands without signature', article_id FROM article_bands ANTI JOIN article_signatures USING (article_id)
UNION ALL
SELECT 'revisions of unknown articles', article_id FROM article_revisions ANTI JOIN articles USING (article_id)
UNION ALL
SELECT 'articles of unknown loads', article_id FROM articles ANTI JOIN loads USING (load_id)
