-- Write what was found, and name for each near-copy the report at the end of its trail. What articles that now print
-- another report, or none, tell is to be looked at again under both.
UPDATE article_signatures SET follows = older_id FROM followed WHERE article_signatures.article_id = followed.article_id;

CREATE OR REPLACE TEMP TABLE moved AS
WITH RECURSIVE trail AS (
    SELECT article_id, follows AS report_id FROM article_signatures WHERE follows IS NOT NULL
    UNION ALL
    SELECT trail.article_id, next.follows
    FROM trail JOIN article_signatures AS next ON next.article_id = trail.report_id
    WHERE next.follows IS NOT NULL
), ends AS (
    SELECT trail.article_id, trail.report_id
    FROM trail JOIN article_signatures AS last ON last.article_id = trail.report_id
    WHERE last.follows IS NULL
)
SELECT article_id, ends.report_id
FROM articles
SEMI JOIN article_signatures USING (article_id)
LEFT JOIN ends USING (article_id)
WHERE articles.duplicate_of IS DISTINCT FROM ends.report_id;

INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN moved USING (article_id) WHERE event_id IS NOT NULL;
INSERT INTO stale BY NAME
SELECT event_type, status, event_date, report_id FROM settled SEMI JOIN moved USING (article_id);
UPDATE articles
SET duplicate_of = moved.report_id, duplicate_kind = if(moved.report_id IS NULL, NULL, 'near')
FROM moved
WHERE articles.article_id = moved.article_id;
INSERT INTO stale BY NAME
SELECT event_type, status, event_date, report_id FROM settled SEMI JOIN moved USING (article_id);
