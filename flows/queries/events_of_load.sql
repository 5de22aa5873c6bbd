-- What the load's articles tell, with the sentence that tells it: the most certain first, as many as a page can show.
SELECT
    mention.event_date,
    mention.event_type,
    mention.event_mode,
    mention.status,
    (
        -- Arabic within a line from left to right is isolated, or neighbours change places.
        SELECT string_agg(role || ': ' || chr(8296) || participant.text || chr(8297), '; ' ORDER BY role, position)
        FROM event_participants AS participant
        WHERE participant.event_mention_id = mention.event_mention_id
    ) AS participants,
    mention.evidence,
    article.source,
    article.origin
FROM event_mentions AS mention
JOIN articles AS article USING (article_id)
WHERE article.load_id = $load_id
ORDER BY mention.confidence DESC, mention.event_mention_id
LIMIT 200;
