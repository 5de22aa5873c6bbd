-- The revisions that the load has stored last of the articles in `revised_again`.
SELECT article_id, revision, source, url, title, author, published_at, text
FROM articles
WHERE article_id IN (SELECT article_id FROM revised_again);
