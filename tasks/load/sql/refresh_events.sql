-- Tell the events in `touched` anew from their mentions. Where mentions disagree, the most frequent is taken, of
-- equally frequent ones the first in order: the outcome depends on the mentions alone, not on when they came.
--
-- Copies of one report count once as article, with the mentions of the copy that has most of them; as sources they
-- all count, those too that were not read because their text is known to the letter.
WITH told AS (
    SELECT
        mention.*, coalesce(article.duplicate_of, article.article_id) AS report_id, article.source,
        article.published_at
    FROM event_mentions AS mention
    SEMI JOIN touched USING (event_id)
    JOIN articles AS article USING (article_id)
), modes AS (
    SELECT event_id, event_mode, min(intensity) AS intensity, count(*) AS times
    FROM told
    GROUP BY event_id, event_mode
), mode AS (
    SELECT DISTINCT ON (event_id) event_id, event_mode, intensity
    FROM modes
    ORDER BY event_id, event_mode IS NULL, times DESC, event_mode
), parties AS (
    SELECT
        told.event_id,
        principal.role,
        coalesce(entity.name, principal.text) AS name,
        principal.country_code,
        principal.sector,
        entity.latitude,
        entity.longitude,
        count(*) AS times
    FROM principals AS principal
    JOIN told USING (event_mention_id)
    LEFT JOIN entities AS entity USING (entity_id)
    GROUP BY ALL
), party AS (
    SELECT DISTINCT ON (event_id, role) *
    FROM parties
    ORDER BY event_id, role, times DESC, name, country_code, sector, latitude, longitude
), prints AS (
    SELECT event_id, source, published_at FROM told
    UNION ALL
    SELECT told.event_id, copy.source, copy.published_at
    FROM (SELECT DISTINCT event_id, article_id FROM told) AS told
    JOIN articles AS copy ON copy.duplicate_of = told.article_id
    WHERE copy.article_id NOT IN (SELECT article_id FROM article_signatures)
), printed AS (
    SELECT
        event_id,
        count(DISTINCT source) AS source_count,
        min(published_at) AS first_published_at,
        max(published_at) AS last_published_at
    FROM prints
    GROUP BY event_id
), copies AS (
    SELECT event_id, report_id, article_id, count(*) AS mentions FROM told GROUP BY ALL
), reports AS (
    SELECT event_id, report_id, max(mentions) AS mentions FROM copies GROUP BY ALL
), reported AS (
    SELECT event_id, sum(mentions)::BIGINT AS mention_count, count(*) AS article_count FROM reports GROUP BY event_id
), counts AS (
    SELECT
        event_id,
        min(event_type) AS event_type,
        min(status) AS status,
        min(quad_class) AS quad_class,
        min(event_date) AS event_date
    FROM told
    GROUP BY event_id
)
INSERT INTO events BY NAME
SELECT
    counts.*,
    reported.* EXCLUDE (event_id),
    printed.* EXCLUDE (event_id),
    mode.event_mode,
    mode.intensity,
    actor.name AS actor_name,
    actor.country_code AS actor_country,
    actor.sector AS actor_sector,
    recipient.name AS recipient_name,
    recipient.country_code AS recipient_country,
    recipient.sector AS recipient_sector,
    place.name AS place_name,
    place.country_code AS place_country,
    place.latitude,
    place.longitude
FROM counts
JOIN reported USING (event_id)
JOIN printed USING (event_id)
JOIN mode USING (event_id)
LEFT JOIN party AS actor ON actor.event_id = counts.event_id AND actor.role = 'actor'
LEFT JOIN party AS recipient ON recipient.event_id = counts.event_id AND recipient.role = 'recipient'
LEFT JOIN party AS place ON place.event_id = counts.event_id AND place.role = 'location'
