CREATE OR REPLACE MACRO evidence(event_id) AS TABLE
SELECT
    mention.event_mention_id,
    article.published_at,
    article.source,
    article.title,
    article.url,
    article.origin,
    mention.event_type,
    mention.event_mode,
    mention.status,
    mention.event_date,
    mention.trigger_text,
    (
        SELECT string_agg(role || ': ' || participant.text, '; ' ORDER BY role, position)
        FROM event_participants AS participant
        WHERE participant.event_mention_id = mention.event_mention_id
    ) AS participants,
    mention.evidence,
    mention.confidence
FROM event_mentions AS mention
JOIN articles AS article USING (article_id)
WHERE mention.event_id = event_id
ORDER BY article.published_at NULLS LAST, mention.article_id, mention.part DESC, mention.trigger_start;
COMMENT ON MACRO TABLE evidence IS
    'Sentences that tell an event, oldest first, with their articles: FROM evidence(1234567890).';
