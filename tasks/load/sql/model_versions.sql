-- Which models read the articles, and how many each.
SELECT model_version, count(*) FROM articles WHERE model_version IS NOT NULL GROUP BY model_version ORDER BY ALL;
