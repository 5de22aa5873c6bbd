-- What is known of an entity stays known, and what was not known is added. Where two loads differ, the lower value is
-- kept, coordinates as a pair: which load came first must not matter. Events that name a changed entity are told anew.
CREATE OR REPLACE TEMP TABLE learnt AS
SELECT
    new.entity_id,
    least(new.entity_type, old.entity_type) AS entity_type,
    least(new.name, old.name) AS name,
    least(new.name_latin, old.name_latin) AS name_latin,
    least(new.country_code, old.country_code) AS country_code,
    least(new.sector, old.sector) AS sector,
    least(new.geonames_id, old.geonames_id) AS geonames_id,
    least(new.wikidata_id, old.wikidata_id) AS wikidata_id,
    unnest(least(
        CASE WHEN new.latitude IS NOT NULL THEN {latitude: new.latitude, longitude: new.longitude} END,
        CASE WHEN old.latitude IS NOT NULL THEN {latitude: old.latitude, longitude: old.longitude} END
    ))
FROM incoming_entities AS new
LEFT JOIN entities AS old USING (entity_id)
EXCEPT
FROM entities;

CREATE OR REPLACE TEMP TABLE named AS
SELECT event_mention_id
FROM event_participants
WHERE entity_id IN (SELECT entity_id FROM entities SEMI JOIN learnt USING (entity_id));
INSERT INTO touched SELECT event_id FROM event_mentions SEMI JOIN named USING (event_mention_id);
INSERT INTO stale BY NAME
SELECT event_type, status, event_date, report_id FROM settled SEMI JOIN named USING (event_mention_id);

DELETE FROM entities WHERE entity_id IN (SELECT entity_id FROM learnt);
INSERT INTO entities BY NAME FROM learnt;
