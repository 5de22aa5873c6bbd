-- Whom the load's articles name most as taking part in events in the role asked for.
SELECT
    coalesce(entity.name, participant.text) AS name,
    any_value(coalesce(participant.country_code, entity.country_code)) AS country_code,
    count(*) AS mentions
FROM event_participants AS participant
JOIN event_mentions AS mention USING (event_mention_id)
SEMI JOIN (SELECT article_id FROM articles WHERE load_id = $load_id) AS article ON article.article_id = mention.article_id
LEFT JOIN entities AS entity ON entity.entity_id = participant.entity_id
WHERE participant.role = $role
GROUP BY ALL
ORDER BY mentions DESC, name
LIMIT 10;
