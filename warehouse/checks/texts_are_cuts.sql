-- title: The text of a mention, trigger, participant and evidence is the cut of the article that its span claims.
-- severity: error
WITH cuts AS (
    SELECT 'entity_mentions' AS table_name, article_id, part, char_start, char_end, text AS claimed
    FROM entity_mentions
    UNION ALL
    SELECT 'event_mentions', article_id, part, trigger_start, trigger_end, trigger_text FROM event_mentions
    UNION ALL
    SELECT 'event_participants', article_id, part, char_start, char_end, text
    FROM event_participants JOIN event_mentions USING (event_mention_id)
    UNION ALL
    SELECT 'evidence', article_id, part, char_start, char_end, evidence
    FROM event_mentions JOIN sentences USING (article_id, part, sentence_index)
)
SELECT cuts.*, substring(if(part = 'title', title, articles.text), char_start + 1, char_end - char_start) AS found
FROM cuts
JOIN articles USING (article_id)
-- A text that retention has removed cannot be looked into.
WHERE claimed IS DISTINCT FROM found AND NOT (part = 'text' AND articles.text = '')
