-- Consolidation by one exact key, as Marsad did it before: type, status, day, countries of actor and recipient, else the
-- place. Fast and incremental by nature; two reports that differ in one of these are two events.
WITH who AS (
    SELECT
        event_mention_id,
        min(coalesce(country_code, entity_id::VARCHAR)) FILTER (WHERE role = 'actor') AS actor,
        min(coalesce(country_code, entity_id::VARCHAR)) FILTER (WHERE role = 'recipient') AS recipient,
        min(coalesce(entity_id::VARCHAR, country_code)) FILTER (WHERE role = 'location') AS place
    FROM event_participants
    GROUP BY event_mention_id
)
SELECT
    event_mention_id,
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
FROM event_mentions
LEFT JOIN who USING (event_mention_id)
