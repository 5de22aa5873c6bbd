-- title: At most half of the event mentions of a source, of 200 or more, are without an actor.
-- severity: warning
SELECT source, count(*) FILTER (WHERE NOT has_actor) AS without_actor, count(*) AS mentions,
    round(without_actor / mentions, 3) AS share
FROM (
    SELECT source, event_mention_id IN (SELECT event_mention_id FROM event_participants WHERE role = 'actor') AS has_actor
    FROM event_mentions JOIN articles USING (article_id)
)
GROUP BY source
HAVING mentions >= 200 AND share > 0.5
