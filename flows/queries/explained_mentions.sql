-- The mentions that an id names: one mention, or all of an event, oldest article first. Offsets are in the sentence.
SELECT
    mention.* EXCLUDE (trigger_start, trigger_end),
    (mention.trigger_start - sentence.char_start)::INTEGER AS trigger_start,
    (mention.trigger_end - sentence.char_start)::INTEGER AS trigger_end,
    article.source,
    article.origin,
    article.record_number,
    article.url,
    article.title,
    article.published_at,
    article.model_version
FROM event_mentions AS mention
JOIN sentences AS sentence USING (article_id, part, sentence_index)
JOIN articles AS article USING (article_id)
WHERE mention.event_mention_id = $id OR mention.event_id = $id
ORDER BY article.published_at NULLS LAST, mention.article_id, mention.part DESC, mention.trigger_start, mention.event_type;
