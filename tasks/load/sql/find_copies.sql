-- Which articles now follow another one (`followed`). `stirred` has the bands that articles came into or left.
--
-- An article is compared with the oldest of each of its bands, and follows the oldest of those that it is nearly equal
-- to. Older: published earlier, of equals the lower id. Of a band of n copies that are
-- n comparisons, not n².
CREATE OR REPLACE TEMP TABLE followed AS
WITH doubted AS (
    SELECT DISTINCT article_id FROM article_bands SEMI JOIN stirred USING (band, band_key)
), their_bands AS (
    FROM article_bands SEMI JOIN doubted USING (article_id)
), aged AS (
    SELECT band, band_key, article_id, {published: coalesce(published_at, 'infinity'), id: article_id} AS age
    FROM (FROM article_bands SEMI JOIN their_bands USING (band, band_key))
    JOIN articles USING (article_id)
), oldest AS (
    SELECT band, band_key, min(age) AS age FROM aged GROUP BY band, band_key HAVING count(*) > 1
), pairs AS (
    SELECT DISTINCT aged.article_id, oldest.age.id AS older_id, oldest.age
    FROM aged JOIN oldest USING (band, band_key)
    WHERE aged.article_id <> oldest.age.id
), near AS (
    SELECT pairs.article_id, min(age).id AS older_id
    FROM pairs
    JOIN article_signatures AS one ON one.article_id = pairs.article_id
    JOIN article_signatures AS other ON other.article_id = pairs.older_id
    WHERE len(list_filter(list_zip(one.signature, other.signature), lambda pair: pair[1] = pair[2]))
        >= $same * len(one.signature)
    GROUP BY pairs.article_id
)
SELECT doubted.article_id, near.older_id
FROM doubted
JOIN article_signatures USING (article_id)
LEFT JOIN near USING (article_id)
WHERE article_signatures.follows IS DISTINCT FROM near.older_id;
