CREATE OR REPLACE VIEW article_changes AS
WITH versions AS (
    FROM articles
    UNION ALL BY NAME
    FROM article_revisions
)
SELECT
    now.article_id, now.source, now.revision, now.changed, now.text_kept, before.title AS title_before, now.title,
    before.published_at AS published_at_before, now.published_at, before.text AS text_before, now.text,
    loads.started_at AS loaded_at
FROM versions AS now
JOIN versions AS before ON before.article_id = now.article_id AND before.revision = now.revision - 1
LEFT JOIN loads ON loads.load_id = now.load_id;
COMMENT ON VIEW article_changes IS 'What articles have changed: one row per revision that followed another, with both.';
COMMENT ON COLUMN article_changes.article_id IS 'Article.';
COMMENT ON COLUMN article_changes.source IS 'Publisher.';
COMMENT ON COLUMN article_changes.revision IS 'Number of the later revision, from 2.';
COMMENT ON COLUMN article_changes.changed IS 'What differs: title, text, author, published_at, source, url.';
COMMENT ON COLUMN article_changes.text_kept IS 'Share of the words of the text before that are still there, 0 to 1.';
COMMENT ON COLUMN article_changes.title_before IS 'Headline before.';
COMMENT ON COLUMN article_changes.title IS 'Headline of this revision.';
COMMENT ON COLUMN article_changes.published_at_before IS 'Publication as it was told before.';
COMMENT ON COLUMN article_changes.published_at IS 'Publication as this revision tells it.';
COMMENT ON COLUMN article_changes.text_before IS 'Body before.';
COMMENT ON COLUMN article_changes.text IS 'Body of this revision.';
COMMENT ON COLUMN article_changes.loaded_at IS 'When the load that brought it began.';
