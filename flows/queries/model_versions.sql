-- How many articles each model has read.
SELECT model_version, count(*) AS articles
FROM articles
WHERE model_version IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
