-- title: Every span lies inside its part of the article and is not empty.
-- severity: error
WITH spans AS (
    SELECT 'sentences' AS table_name, article_id, part, char_start, char_end FROM sentences
    UNION ALL
    SELECT 'entity_mentions', article_id, part, char_start, char_end FROM entity_mentions
    UNION ALL
    SELECT 'event_mentions', article_id, part, trigger_start, trigger_end FROM event_mentions
    UNION ALL
    SELECT 'event_participants', article_id, part, char_start, char_end
    FROM event_participants JOIN event_mentions USING (event_mention_id)
)
SELECT spans.*
FROM spans
LEFT JOIN articles USING (article_id)
-- A text that retention has removed cannot be looked into.
WHERE NOT coalesce(part = 'text' AND articles.text = '', false) AND NOT coalesce(
    char_start >= 0 AND char_start < char_end AND char_end <= length(if(part = 'title', title, text)), false
)
