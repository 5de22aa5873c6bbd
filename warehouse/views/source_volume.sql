CREATE OR REPLACE VIEW source_volume AS
WITH told AS (
    SELECT article_id, count(*) AS event_mentions FROM event_mentions GROUP BY article_id
)
SELECT
    source,
    published_at::DATE AS published_on,
    count(*) AS articles,
    count(duplicate_of) AS duplicates,
    sum(word_count)::BIGINT AS words,
    coalesce(sum(told.event_mentions), 0)::BIGINT AS event_mentions
FROM articles
LEFT JOIN told USING (article_id)
GROUP BY ALL
ORDER BY published_on, articles DESC, source;
COMMENT ON VIEW source_volume IS 'How much each source delivered, by day of publication (UTC).';
COMMENT ON COLUMN source_volume.source IS 'Publisher; null where the record names none.';
COMMENT ON COLUMN source_volume.published_on IS 'Day of publication, UTC; null where unknown.';
COMMENT ON COLUMN source_volume.articles IS 'Articles, duplicates included.';
COMMENT ON COLUMN source_volume.duplicates IS 'Of them, articles with the content of an earlier one.';
COMMENT ON COLUMN source_volume.words IS 'Words of the articles.';
COMMENT ON COLUMN source_volume.event_mentions IS 'Event mentions found in them.';
