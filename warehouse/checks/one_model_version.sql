-- title: All articles were read by one model; `marsad reprocess` has the rest read again.
-- severity: warning
SELECT model_version, count(*) AS articles, max(model_version) OVER () AS other_version
FROM articles
WHERE model_version IS NOT NULL
GROUP BY model_version
QUALIFY count(*) OVER () > 1
