-- A word is found as a word, not inside another one ("علي" is not "عليه"), with or without the particles that Arabic
-- writes onto it: "بغداد" finds "وببغداد"; "عراق" finds "العراق" and "للعراق", "العراق" finds "للعراق", but not "عراق".
-- contains() throws out nearly every article before any is cut into words. Forms are listed, not written as one
-- regular expression, because DuckDB would compile an expression that is not a constant anew for every row.
CREATE OR REPLACE MACRO search_articles(s) AS TABLE
WITH words AS (
    SELECT DISTINCT unnest(regexp_extract_all(normalize_arabic(s), '[\p{L}\p{M}\p{N}]+')) AS word
), cores AS (
    SELECT
        starts_with(word, 'ال') AND length(word) > 3 AS definite,
        if(definite, word[3:], word) AS core
    FROM words
), particles AS (
    SELECT conjunction || particle AS particle
    FROM (SELECT unnest(['', 'و', 'ف']) AS conjunction)
    CROSS JOIN (SELECT unnest(['', 'ب', 'ك', 'ل', 'س', 'ال', 'بال', 'كال', 'لل']) AS particle)
), forms AS (
    SELECT core, list(particle || core) AS forms
    FROM cores
    JOIN particles ON NOT definite OR particle[-2:] IN ('ال', 'لل')
    GROUP BY core, definite
), sought AS (
    SELECT list(core) AS cores, list(forms) AS forms FROM forms
)
SELECT articles.* EXCLUDE (text_search)
FROM articles
CROSS JOIN sought
WHERE CASE
    WHEN list_bool_and(list_transform(cores, lambda core: contains(text_search, core)))
        THEN list_bool_and(list_transform(
            forms, lambda form: list_has_any(regexp_extract_all(text_search, '[\p{L}\p{M}\p{N}]+'), form)
        ))
    END
ORDER BY published_at DESC NULLS LAST, article_id;
COMMENT ON MACRO TABLE search_articles IS
    'Articles in which every word of s stands, newest first: FROM search_articles(''مجلس الأمن'').';
