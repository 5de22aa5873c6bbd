-- Every stored version of the candidates' articles, and of articles with the candidates' contents. A near-copy, which
-- has a signature, is an original as far as its content goes.
SELECT article_id, content_hash, revision, duplicate_of, load_id
FROM (
    SELECT
        article_id, content_hash, revision,
        if(article_id IN (SELECT article_id FROM article_signatures), NULL, duplicate_of) AS duplicate_of, load_id
    FROM articles
    UNION ALL
    SELECT article_id, content_hash, revision, duplicate_of, load_id FROM article_revisions
)
WHERE article_id IN (SELECT article_id FROM candidates) OR content_hash IN (SELECT content_hash FROM candidates)
