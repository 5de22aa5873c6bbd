-- Give each mention without an event the event that its key names.
--
-- Mentions are one event if type, status and day are the same, and so are the countries of actor and recipient.
-- What is unknown must not make things equal:
-- * an actor or recipient of no known country counts by its entity;
-- * where neither is known at all, the place stands in for them;
-- * where that is unknown too, or the day is, mentions are one event only within their article.
--
-- The key is made of the mention's own rows only, so an event keeps its id when more is learnt about an entity. MD5
-- (RFC 1321) because DuckDB's hash() promises nothing between versions; 64 bits of it are as good as of any other.
UPDATE event_mentions
SET event_id = keyed.event_id
FROM (
    WITH who AS (
        SELECT
            event_mention_id,
            any_value(coalesce(country_code, entity_id::VARCHAR)) FILTER (WHERE role = 'actor') AS actor,
            any_value(coalesce(country_code, entity_id::VARCHAR)) FILTER (WHERE role = 'recipient') AS recipient,
            any_value(coalesce(entity_id::VARCHAR, country_code)) FILTER (WHERE role = 'location') AS place
        FROM principals
        GROUP BY event_mention_id
    )
    SELECT
        mention.event_mention_id,
        md5_number_lower(concat_ws(
            chr(31),
            event_type,
            status,
            coalesce(event_date::VARCHAR, 'article ' || article_id),
            CASE
                WHEN actor IS NOT NULL OR recipient IS NOT NULL
                    THEN 'actor ' || coalesce(actor, '') || chr(31) || 'recipient ' || coalesce(recipient, '')
                WHEN place IS NOT NULL THEN 'place ' || place
                ELSE 'article ' || article_id
            END
        )) AS event_id
    FROM event_mentions AS mention
    SEMI JOIN focus USING (event_mention_id)
    LEFT JOIN who USING (event_mention_id)
) AS keyed
WHERE event_mentions.event_mention_id = keyed.event_mention_id AND event_mentions.event_id IS NULL
