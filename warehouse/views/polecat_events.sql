-- POLECAT's columns by name and in order (doi:10.7910/DVN/AJGVIT), one row per event told as having happened: POLECAT
-- codes no others. Lists are joined by ';' inside a cell, as there; what is missing is NULL, not the word "None".
CREATE OR REPLACE VIEW polecat_events AS
WITH parties AS (
    SELECT
        mention.event_id,
        string_agg(DISTINCT sector, ';' ORDER BY sector) FILTER (WHERE role = 'actor') AS actor_sectors,
        string_agg(DISTINCT text, ';' ORDER BY text) FILTER (WHERE role = 'actor') AS actor_texts,
        string_agg(DISTINCT sector, ';' ORDER BY sector) FILTER (WHERE role = 'recipient') AS recipient_sectors,
        string_agg(DISTINCT text, ';' ORDER BY text) FILTER (WHERE role = 'recipient') AS recipient_texts,
        string_agg(DISTINCT text, ';' ORDER BY text) FILTER (WHERE role = 'location') AS place_texts
    FROM event_mentions AS mention
    JOIN event_participants USING (event_mention_id)
    GROUP BY mention.event_id
), place AS (
    SELECT event.event_id, min(entity.geonames_id) AS geonames_id
    FROM events AS event
    JOIN event_mentions USING (event_id)
    JOIN event_participants AS participant USING (event_mention_id)
    JOIN entities AS entity USING (entity_id)
    WHERE participant.role = 'location' AND entity.name = event.place_name
        AND entity.latitude IS NOT DISTINCT FROM event.latitude
        AND entity.longitude IS NOT DISTINCT FROM event.longitude
    GROUP BY event.event_id
), told AS (
    SELECT DISTINCT event_id, article_id FROM event_mentions
), publication AS (
    SELECT
        event_id,
        string_agg(DISTINCT source, ';' ORDER BY source) AS sources,
        string_agg(DISTINCT language, ';' ORDER BY language) AS languages,
        string_agg(DISTINCT model_version, ';' ORDER BY model_version) AS versions
    FROM told
    JOIN articles USING (article_id)
    GROUP BY event_id
), named AS (
    SELECT DISTINCT article_id, entities.entity_type, name FROM entity_mentions JOIN entities USING (entity_id)
), story AS (
    SELECT
        event_id,
        string_agg(DISTINCT name, ';' ORDER BY name) FILTER (WHERE entity_type = 'PER') AS people,
        string_agg(DISTINCT name, ';' ORDER BY name) FILTER (WHERE entity_type = 'ORG') AS organizations,
        string_agg(DISTINCT name, ';' ORDER BY name) FILTER (WHERE entity_type = 'LOC') AS locations
    FROM told
    JOIN named USING (article_id)
    GROUP BY event_id
)
SELECT
    event.event_id AS "Event ID",
    event.event_date AS "Event Date",
    event.event_type AS "Event Type",
    event.event_mode AS "Event Mode",
    event.intensity AS "Intensity",
    ['VERBAL COOPERATION', 'MATERIAL COOPERATION', 'VERBAL CONFLICT', 'MATERIAL CONFLICT'][event.quad_class] AS "Quad Code",
    NULL::VARCHAR AS "Contexts",
    event.actor_name AS "Actor Name",
    event.actor_country AS "Actor Country",
    NULL::VARCHAR AS "Actor COW",
    event.actor_sector AS "Primary Actor Sector",
    parties.actor_sectors AS "Actor Sectors",
    NULL::VARCHAR AS "Actor Title",
    parties.actor_texts AS "Actor Name Raw",
    NULL::VARCHAR AS "Wikipedia Actor ID",
    event.recipient_name AS "Recipient Name",
    event.recipient_country AS "Recipient Country",
    NULL::VARCHAR AS "Recipient COW",
    event.recipient_sector AS "Primary Recipient Sector",
    parties.recipient_sectors AS "Recipient Sectors",
    NULL::VARCHAR AS "Recipient Title",
    parties.recipient_texts AS "Recipient Name Raw",
    NULL::VARCHAR AS "Wikipedia Recipient ID",
    event.place_name AS "Placename",
    NULL::VARCHAR AS "City",
    NULL::VARCHAR AS "District",
    NULL::VARCHAR AS "Province",
    event.place_country AS "Country",
    event.latitude AS "Latitude",
    event.longitude AS "Longitude",
    place.geonames_id AS "GeoNames ID",
    parties.place_texts AS "Raw Placename",
    NULL::VARCHAR AS "Feature Type",
    publication.sources AS "Source",
    event.first_published_at::DATE AS "Publication Date",
    story.people AS "Story People",
    story.organizations AS "Story Organizations",
    story.locations AS "Story Locations",
    publication.languages AS "Language",
    publication.versions AS "Version"
FROM events AS event
LEFT JOIN parties USING (event_id)
LEFT JOIN place USING (event_id)
LEFT JOIN publication USING (event_id)
LEFT JOIN story USING (event_id)
WHERE event.status = 'actual';
COMMENT ON VIEW polecat_events IS
    'Events in the 40 columns of the POLECAT data set: only events told as having happened.';
COMMENT ON COLUMN polecat_events."Event ID" IS 'Identifier of the event: events.event_id.';
COMMENT ON COLUMN polecat_events."Event Date" IS 'Day on which it happened.';
COMMENT ON COLUMN polecat_events."Event Type" IS 'PLOVER event type.';
COMMENT ON COLUMN polecat_events."Event Mode" IS 'PLOVER mode.';
COMMENT ON COLUMN polecat_events."Intensity" IS 'PLOVER conflict-cooperation score, -10 to 10.';
COMMENT ON COLUMN polecat_events."Quad Code" IS 'Quad class in words, as POLECAT writes it.';
COMMENT ON COLUMN polecat_events."Contexts" IS 'PLOVER contexts; not coded.';
COMMENT ON COLUMN polecat_events."Actor Name" IS 'Who acted: the name told most often.';
COMMENT ON COLUMN polecat_events."Actor Country" IS 'ISO 3166-1 alpha-3 code of the actor''s country.';
COMMENT ON COLUMN polecat_events."Actor COW" IS 'Correlates of War code of the actor''s country; not coded.';
COMMENT ON COLUMN polecat_events."Primary Actor Sector" IS 'PLOVER sector of the actor.';
COMMENT ON COLUMN polecat_events."Actor Sectors" IS 'PLOVER sectors of all actors told.';
COMMENT ON COLUMN polecat_events."Actor Title" IS 'Title of the actor; not coded.';
COMMENT ON COLUMN polecat_events."Actor Name Raw" IS 'Actors as written in the articles.';
COMMENT ON COLUMN polecat_events."Wikipedia Actor ID" IS 'Wikipedia page of the actor; not coded.';
COMMENT ON COLUMN polecat_events."Recipient Name" IS 'To whom it was done: the name told most often.';
COMMENT ON COLUMN polecat_events."Recipient Country" IS 'ISO 3166-1 alpha-3 code of the recipient''s country.';
COMMENT ON COLUMN polecat_events."Recipient COW" IS 'Correlates of War code of the recipient''s country; not coded.';
COMMENT ON COLUMN polecat_events."Primary Recipient Sector" IS 'PLOVER sector of the recipient.';
COMMENT ON COLUMN polecat_events."Recipient Sectors" IS 'PLOVER sectors of all recipients told.';
COMMENT ON COLUMN polecat_events."Recipient Title" IS 'Title of the recipient; not coded.';
COMMENT ON COLUMN polecat_events."Recipient Name Raw" IS 'Recipients as written in the articles.';
COMMENT ON COLUMN polecat_events."Wikipedia Recipient ID" IS 'Wikipedia page of the recipient; not coded.';
COMMENT ON COLUMN polecat_events."Placename" IS 'Where: the place told most often.';
COMMENT ON COLUMN polecat_events."City" IS 'City of the place; not coded.';
COMMENT ON COLUMN polecat_events."District" IS 'District of the place; not coded.';
COMMENT ON COLUMN polecat_events."Province" IS 'Province of the place; not coded.';
COMMENT ON COLUMN polecat_events."Country" IS 'ISO 3166-1 alpha-3 code of the place''s country.';
COMMENT ON COLUMN polecat_events."Latitude" IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN polecat_events."Longitude" IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN polecat_events."GeoNames ID" IS 'GeoNames number of the place.';
COMMENT ON COLUMN polecat_events."Raw Placename" IS 'Places as written in the articles.';
COMMENT ON COLUMN polecat_events."Feature Type" IS 'GeoNames feature type of the place; not coded.';
COMMENT ON COLUMN polecat_events."Source" IS 'Publishers of the articles.';
COMMENT ON COLUMN polecat_events."Publication Date" IS 'Day, UTC, on which the first article was published.';
COMMENT ON COLUMN polecat_events."Story People" IS 'People named in the articles.';
COMMENT ON COLUMN polecat_events."Story Organizations" IS 'Organisations named in the articles.';
COMMENT ON COLUMN polecat_events."Story Locations" IS 'Places named in the articles.';
COMMENT ON COLUMN polecat_events."Language" IS 'Languages of the articles, ISO 639-1.';
COMMENT ON COLUMN polecat_events."Version" IS 'Extraction models that read the articles.';
