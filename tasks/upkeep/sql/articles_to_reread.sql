-- Articles as ingest gave them, but for their date: one that was read from the text is to be read from it again.
SELECT
    article_id, content_hash, origin, record_number, source, url, title, author, text,
    if(published_at_basis = 'text', NULL, published_at) AS published_at,
    if(published_at_basis = 'text', NULL, published_at_basis) AS published_at_basis,
    NULL::VARCHAR AS published_at_note
FROM articles
SEMI JOIN (SELECT unnest($articles::UBIGINT[]) AS article_id) AS wanted USING (article_id)
ORDER BY article_id;
