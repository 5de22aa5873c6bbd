-- Bodies of articles, and of their earlier revisions. What was read from them stays: mentions, events, evidence.
UPDATE articles SET text = '', text_search = NULL
WHERE text <> '' AND coalesce(published_at, (SELECT started_at FROM loads WHERE loads.load_id = articles.load_id))
    < now() - to_days($days::INTEGER);
UPDATE article_revisions SET text = '', text_search = NULL
WHERE text <> ''
    AND coalesce(published_at, (SELECT started_at FROM loads WHERE loads.load_id = article_revisions.load_id))
    < now() - to_days($days::INTEGER);
