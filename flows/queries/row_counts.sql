-- How much there is of everything that a person asks for.
SELECT
    (SELECT count(*) FROM articles) AS articles,
    (SELECT count(*) FROM sentences) AS sentences,
    (SELECT count(*) FROM entities) AS entities,
    (SELECT count(*) FROM entity_mentions) AS entity_mentions,
    (SELECT count(*) FROM events) AS events,
    (SELECT count(*) FROM event_mentions) AS event_mentions,
    (SELECT count(*) FROM quarantine WHERE NOT resolved) AS quarantine;
