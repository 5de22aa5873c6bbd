CREATE OR REPLACE VIEW actor_activity AS
WITH parts AS (
    SELECT actor_name AS name, actor_country AS country_code, actor_sector AS sector, 'actor' AS role, *
    FROM events
    UNION ALL
    SELECT recipient_name, recipient_country, recipient_sector, 'recipient', *
    FROM events
)
SELECT
    name,
    country_code,
    sector,
    count(*) FILTER (WHERE role = 'actor') AS events_as_actor,
    count(*) FILTER (WHERE role = 'recipient') AS events_as_recipient,
    count(*) FILTER (WHERE quad_class IN (1, 2)) AS cooperation,
    count(*) FILTER (WHERE quad_class IN (3, 4)) AS conflict,
    round(avg(intensity) FILTER (WHERE role = 'actor'), 2) AS mean_intensity_as_actor,
    sum(mention_count)::BIGINT AS mentions,
    min(event_date) AS first_date,
    max(event_date) AS last_date
FROM parts
WHERE status = 'actual' AND name IS NOT NULL
GROUP BY ALL
ORDER BY events_as_actor + events_as_recipient DESC, name, country_code, sector;
COMMENT ON VIEW actor_activity IS 'Who does and suffers how much: only events told as having happened.';
COMMENT ON COLUMN actor_activity.name IS 'Name of the actor or recipient.';
COMMENT ON COLUMN actor_activity.country_code IS 'ISO 3166-1 alpha-3 code of its country.';
COMMENT ON COLUMN actor_activity.sector IS 'PLOVER sector.';
COMMENT ON COLUMN actor_activity.events_as_actor IS 'Events in which it acted.';
COMMENT ON COLUMN actor_activity.events_as_recipient IS 'Events that were done to it.';
COMMENT ON COLUMN actor_activity.cooperation IS 'Events of quad classes 1 and 2, in either part.';
COMMENT ON COLUMN actor_activity.conflict IS 'Events of quad classes 3 and 4, in either part.';
COMMENT ON COLUMN actor_activity.mean_intensity_as_actor IS 'Mean PLOVER conflict-cooperation score of what it did.';
COMMENT ON COLUMN actor_activity.mentions IS 'Mentions of the events.';
COMMENT ON COLUMN actor_activity.first_date IS 'Day of the first event.';
COMMENT ON COLUMN actor_activity.last_date IS 'Day of the last event.';
