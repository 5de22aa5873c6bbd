-- What consolidation has still to do, at the end of a load or, if that was killed, of the next. Empty in between.
CREATE TABLE touched (event_id UBIGINT);
COMMENT ON TABLE touched IS 'Events to tell anew.';
COMMENT ON COLUMN touched.event_id IS 'Event of which mentions, articles or entities have changed; it may be gone.';

CREATE TABLE stale (
    event_type VARCHAR,
    status VARCHAR,
    event_date DATE,
    report_id UBIGINT
);
COMMENT ON TABLE stale IS 'Days on which mentions have changed, so that they may now be other events.';
COMMENT ON COLUMN stale.event_type IS 'Type of the mentions.';
COMMENT ON COLUMN stale.status IS 'Status of the mentions.';
COMMENT ON COLUMN stale.event_date IS 'Their day; null where it is unknown, which concerns their report alone.';
COMMENT ON COLUMN stale.report_id IS 'Report that they stand in.';

-- What near-copies are found by (tasks/load/copies.py). Articles loaded before have no rows here and stay originals.
CREATE TABLE article_signatures (
    article_id UBIGINT NOT NULL,
    signature UINTEGER[] NOT NULL,
    follows UBIGINT
);
COMMENT ON TABLE article_signatures IS 'One row per article that was read and is long enough: the MinHash of its body, to find near-copies by.';
COMMENT ON COLUMN article_signatures.article_id IS 'Article, in its current revision.';
COMMENT ON COLUMN article_signatures.signature IS 'Minima of 125 permutations over the pairs of neighbouring words; the share that two have in common estimates their Jaccard similarity.';
COMMENT ON COLUMN article_signatures.follows IS 'The oldest article found to be nearly equal; articles.duplicate_of is where following these ends.';

CREATE TABLE article_bands (
    article_id UBIGINT NOT NULL,
    band UTINYINT NOT NULL,
    band_key UBIGINT NOT NULL
);
COMMENT ON TABLE article_bands IS 'Five places of a signature in one key: articles that share a key may be near-copies.';
COMMENT ON COLUMN article_bands.article_id IS 'Article, in its current revision.';
COMMENT ON COLUMN article_bands.band IS 'Which five of the 125 places, from 0.';
COMMENT ON COLUMN article_bands.band_key IS 'Hash of the five places.';

COMMENT ON COLUMN articles.duplicate_of IS 'Article whose report this one repeats: to the letter (then this one has no sentences and no mentions), or nearly (then it has, and its mentions count as copies).';
COMMENT ON COLUMN articles.model_version IS 'Model that read the article; null where none did (exact duplicates).';
COMMENT ON COLUMN article_revisions.duplicate_of IS 'Article that came earlier with the same content.';
COMMENT ON COLUMN events.event_id IS 'Hash of what the mention published first tells.';
COMMENT ON COLUMN events.event_date IS 'Day on which it happened; where reports differ by a day or two, the first.';
COMMENT ON COLUMN events.mention_count IS 'Mentions of it, those of copies of one report taken once.';
COMMENT ON COLUMN events.article_count IS 'Reports of it: articles that tell it, copies of one report taken once.';
COMMENT ON COLUMN events.source_count IS 'Named sources that printed a report of it, copies included.';
COMMENT ON COLUMN events.first_published_at IS 'Publication of the first article that tells it, copies included.';
COMMENT ON COLUMN events.last_published_at IS 'Publication of the last article that tells it, copies included.';
