-- What the articles that the load wrote are to those before them; an article may be more than one of these.
SELECT
    count(*) FILTER (WHERE revision = 1 AND duplicate_of IS NULL) AS new,
    count(*) FILTER (WHERE revision > 1) AS revised,
    count(*) FILTER (WHERE duplicate_kind = 'near') AS near_copies
FROM articles
WHERE load_id = $load_id;
