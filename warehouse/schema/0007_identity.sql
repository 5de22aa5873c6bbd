-- What an article is to those before it: what a revision has changed, and how a copy repeats.
ALTER TABLE articles ADD COLUMN changed VARCHAR[];
ALTER TABLE articles ADD COLUMN text_kept FLOAT;
ALTER TABLE articles ADD COLUMN duplicate_kind VARCHAR;
ALTER TABLE article_revisions ADD COLUMN changed VARCHAR[];
ALTER TABLE article_revisions ADD COLUMN text_kept FLOAT;
ALTER TABLE article_revisions ADD COLUMN duplicate_kind VARCHAR;
UPDATE articles
SET duplicate_kind = if(article_id IN (SELECT article_id FROM article_signatures), 'near', 'exact')
WHERE duplicate_of IS NOT NULL;
UPDATE article_revisions SET duplicate_kind = 'exact' WHERE duplicate_of IS NOT NULL;
COMMENT ON COLUMN articles.changed IS 'What differs from the revision before: title, text, author, published_at, source, url. Null in a first revision, and in those loaded before this was told.';
COMMENT ON COLUMN articles.text_kept IS 'Share of the words of the text before that are still there, 0 to 1; null where changed is.';
COMMENT ON COLUMN articles.duplicate_kind IS 'exact (title and text to the letter: not read) or near (nearly the same text: read, counted as one report); null where duplicate_of is.';
COMMENT ON COLUMN article_revisions.changed IS 'What differs from the revision before.';
COMMENT ON COLUMN article_revisions.text_kept IS 'Share of the words of the text before that are still there, 0 to 1.';
COMMENT ON COLUMN article_revisions.duplicate_kind IS 'exact, or null.';
