CREATE OR REPLACE VIEW place_activity AS
SELECT
    place_name,
    place_country,
    latitude,
    longitude,
    count(*) AS events,
    count(*) FILTER (WHERE quad_class IN (1, 2)) AS cooperation,
    count(*) FILTER (WHERE quad_class IN (3, 4)) AS conflict,
    round(avg(intensity), 2) AS mean_intensity,
    sum(mention_count)::BIGINT AS mentions,
    min(event_date) AS first_date,
    max(event_date) AS last_date
FROM events
WHERE status = 'actual' AND place_name IS NOT NULL
GROUP BY ALL
ORDER BY events DESC, place_name, place_country, latitude, longitude;
COMMENT ON VIEW place_activity IS 'Where how much happens: only events told as having happened.';
COMMENT ON COLUMN place_activity.place_name IS 'Name of the place.';
COMMENT ON COLUMN place_activity.place_country IS 'ISO 3166-1 alpha-3 code of its country.';
COMMENT ON COLUMN place_activity.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN place_activity.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN place_activity.events IS 'Events there.';
COMMENT ON COLUMN place_activity.cooperation IS 'Of them, events of quad classes 1 and 2.';
COMMENT ON COLUMN place_activity.conflict IS 'Of them, events of quad classes 3 and 4.';
COMMENT ON COLUMN place_activity.mean_intensity IS 'Mean PLOVER conflict-cooperation score.';
COMMENT ON COLUMN place_activity.mentions IS 'Mentions of the events.';
COMMENT ON COLUMN place_activity.first_date IS 'Day of the first event.';
COMMENT ON COLUMN place_activity.last_date IS 'Day of the last event.';
