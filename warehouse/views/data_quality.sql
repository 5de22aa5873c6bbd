CREATE OR REPLACE VIEW data_quality AS
WITH mention_roles AS (
    SELECT
        mention.event_mention_id,
        bool_or(role = 'actor') AS has_actor,
        bool_or(role = 'recipient') AS has_recipient,
        bool_or(role = 'location') AS has_location
    FROM event_mentions AS mention
    LEFT JOIN event_participants USING (event_mention_id)
    GROUP BY mention.event_mention_id
), measures AS (
    SELECT 'articles without a date' AS measure, count(*) FILTER (WHERE published_at IS NULL) AS rows, count(*) AS total
    FROM articles
    UNION ALL
    SELECT 'articles without a source', count(*) FILTER (WHERE source IS NULL), count(*) FROM articles
    UNION ALL
    SELECT 'articles that repeat another', count(duplicate_of), count(*) FROM articles
    UNION ALL
    SELECT 'articles that nearly repeat another', count(*) FILTER (WHERE duplicate_kind = 'near'), count(*) FROM articles
    UNION ALL
    SELECT 'articles that were revised', count(*) FILTER (WHERE revision > 1), count(*) FROM articles
    UNION ALL
    SELECT 'articles without an event',
        count(*) FILTER (WHERE article_id NOT IN (SELECT article_id FROM event_mentions)), count(*)
    FROM articles WHERE duplicate_of IS NULL
    UNION ALL
    SELECT 'entity mentions not resolved', count(*) FILTER (WHERE entity_id IS NULL), count(*) FROM entity_mentions
    UNION ALL
    SELECT 'places without coordinates', count(*) FILTER (WHERE latitude IS NULL), count(*)
    FROM entities WHERE entity_type = 'LOC'
    UNION ALL
    SELECT 'event mentions without a date', count(*) FILTER (WHERE event_date IS NULL), count(*) FROM event_mentions
    UNION ALL
    SELECT 'event mentions without an actor', count(*) FILTER (WHERE has_actor IS NOT TRUE), count(*)
    FROM mention_roles
    UNION ALL
    SELECT 'event mentions without a recipient', count(*) FILTER (WHERE has_recipient IS NOT TRUE), count(*)
    FROM mention_roles
    UNION ALL
    SELECT 'event mentions without a place', count(*) FILTER (WHERE has_location IS NOT TRUE), count(*)
    FROM mention_roles
    UNION ALL
    SELECT 'actors and recipients without a country', count(*) FILTER (WHERE country_code IS NULL), count(*)
    FROM event_participants WHERE role IN ('actor', 'recipient')
    UNION ALL
    SELECT 'quarantined records not resolved', count(*) FILTER (WHERE NOT resolved AND dropped_at IS NULL), count(*)
    FROM quarantine
    UNION ALL
    SELECT 'quarantined: ' || reason, count(*), sum(count(*)) OVER ()::BIGINT FROM quarantine GROUP BY reason
    UNION ALL
    SELECT 'loads that did not complete', count(*) FILTER (WHERE state <> 'completed'), count(*) FROM loads
)
SELECT measure, rows, total, round(rows / nullif(total, 0), 4) AS share
FROM measures;
COMMENT ON VIEW data_quality IS 'What is missing in the warehouse, counted: one row per measure.';
COMMENT ON COLUMN data_quality.measure IS 'What is counted.';
COMMENT ON COLUMN data_quality.rows IS 'Rows it holds for.';
COMMENT ON COLUMN data_quality.total IS 'Rows looked at.';
COMMENT ON COLUMN data_quality.share IS 'rows / total; null where there is nothing to look at.';
