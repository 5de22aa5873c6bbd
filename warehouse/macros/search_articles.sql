-- A word is found as a word, not inside another one ("علي" is not "عليه"), with or without the particles that Arabic
-- writes onto it: "بغداد" finds "وببغداد"; "عراق" finds "العراق" and "للعراق", "العراق" finds "للعراق", but not "عراق".
-- contains() comes first because it is many times faster than the expression and throws out nearly every article.
CREATE OR REPLACE MACRO search_articles(s) AS TABLE
WITH words AS (
    SELECT DISTINCT
        word,
        if(starts_with(word, 'ال') AND length(word) > 3, word[3:], word) AS core,
        '(^|[^\p{L}\p{M}\p{N}])[وف]?' || if(
            starts_with(word, 'ال') AND length(word) > 3,
            '(?:[بك]?ال|لل)' || regexp_escape(word[3:]),
            '(?:[بك]?ال|لل|[بكلس])?' || regexp_escape(word)
        ) || '($|[^\p{L}\p{M}\p{N}])' AS pattern
    FROM (SELECT unnest(regexp_extract_all(normalize_arabic(s), '[\p{L}\p{M}\p{N}]+')) AS word)
), hits AS (
    SELECT article_id
    FROM articles JOIN words ON contains(text_search, core) AND regexp_matches(text_search, pattern)
    GROUP BY article_id
    HAVING count(*) = (SELECT count(*) FROM words)
)
SELECT articles.* EXCLUDE (text_search)
FROM articles SEMI JOIN hits USING (article_id)
ORDER BY published_at DESC NULLS LAST, article_id;
COMMENT ON MACRO TABLE search_articles IS
    'Articles in which every word of s stands, newest first: FROM search_articles(''مجلس الأمن'').';
