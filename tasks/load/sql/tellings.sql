-- Event mentions as the rules of tasks/load/cluster.py want them: those of each type and status in `spans`, on its
-- days, and the undated ones of `undated_reports`.
--
-- A party counts by its country; one of armed rebels apart from the government of theirs; one of no country, by its
-- entity. A place is the first location that is resolved, a town rather than a country.
CREATE OR REPLACE TEMP TABLE tellings AS
WITH wanted AS (
    SELECT
        mention.event_mention_id, mention.event_type, mention.status, mention.event_mode, mention.event_date,
        coalesce(mention.event_date_basis IN ('explicit', 'relative'), false) AS is_dated,
        mention.article_id, coalesce(article.duplicate_of, article.article_id) AS report_id, article.published_at,
        mention.evidence, article.title
    FROM event_mentions AS mention
    JOIN articles AS article USING (article_id)
    WHERE EXISTS (
        FROM spans
        WHERE spans.event_type = mention.event_type AND spans.status = mention.status
            AND mention.event_date BETWEEN spans.first_day AND spans.last_day
    ) OR (
        mention.event_date IS NULL
        AND coalesce(article.duplicate_of, article.article_id) IN (SELECT report_id FROM undated_reports)
    )
), participants AS (
    SELECT
        event_mention_id, role, position, entity_id, coalesce(part.country_code, entity.country_code) AS country_code,
        coalesce(
            part.country_code || if(part.sector IN ('REB', 'UAF'), ' armed', ''), part.entity_id::VARCHAR
        ) AS code,
        entity_type = 'PER' AS is_person,
        geonames_id IN (SELECT geonames_id FROM country_places) AS is_country,
        latitude,
        longitude
    FROM event_participants AS part
    SEMI JOIN wanted USING (event_mention_id)
    LEFT JOIN entities AS entity USING (entity_id)
    WHERE role IN ('actor', 'recipient', 'location')
), parties AS (
    SELECT
        event_mention_id,
        list_sort(list_distinct(list(code) FILTER (WHERE role = 'actor'))) AS actors,
        list_sort(list_distinct(list(code) FILTER (WHERE role = 'recipient'))) AS recipients,
        list_sort(list_distinct(list(entity_id) FILTER (WHERE is_person))) AS people
    FROM participants
    WHERE role <> 'location'
    GROUP BY event_mention_id
), places AS (
    SELECT DISTINCT ON (event_mention_id)
        event_mention_id, entity_id AS place_id, country_code AS place_country,
        coalesce(is_country, false) AS place_is_country, latitude, longitude
    FROM participants
    WHERE role = 'location' AND entity_id IS NOT NULL
    ORDER BY event_mention_id, coalesce(is_country, false), latitude IS NULL, position
)
FROM wanted LEFT JOIN parties USING (event_mention_id) LEFT JOIN places USING (event_mention_id);
