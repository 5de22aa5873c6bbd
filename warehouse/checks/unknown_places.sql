-- title: At most 60 % of the locations of a source's events, of 200 or more, have no coordinates.
-- severity: warning
SELECT source, count(*) FILTER (WHERE latitude IS NULL) AS unknown, count(*) AS locations,
    round(unknown / locations, 3) AS share
FROM event_participants AS location
JOIN event_mentions USING (event_mention_id)
JOIN articles USING (article_id)
LEFT JOIN entities ON entities.entity_id = location.entity_id
WHERE role = 'location'
GROUP BY source
HAVING locations >= 200 AND share > 0.6
