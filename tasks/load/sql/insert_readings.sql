-- Write what was read again of a batch: what follows from an article's text, and all that stands in it.
UPDATE articles
SET dateline = incoming.dateline,
    language = incoming.language,
    text_search = incoming.text_search,
    word_count = incoming.word_count,
    -- A date that metadata give is not for the text to change.
    published_at = if(articles.published_at_basis = 'metadata', articles.published_at, incoming.published_at),
    published_at_basis =
        if(articles.published_at_basis = 'metadata', articles.published_at_basis, incoming.published_at_basis)
FROM incoming_articles AS incoming
WHERE articles.article_id = incoming.article_id;
INSERT INTO article_signatures BY NAME FROM incoming_signatures;
INSERT INTO article_bands BY NAME FROM incoming_bands;
INSERT INTO stirred SELECT band, band_key FROM incoming_bands;
INSERT INTO sentences BY NAME FROM incoming_sentences;
INSERT INTO entity_mentions BY NAME FROM incoming_entity_mentions;
INSERT INTO event_mentions BY NAME FROM incoming_event_mentions;
INSERT INTO event_participants BY NAME FROM incoming_event_participants;
