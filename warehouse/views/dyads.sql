CREATE OR REPLACE VIEW dyads AS
SELECT
    actor_country,
    recipient_country,
    count(*) AS events,
    count(*) FILTER (WHERE quad_class = 1) AS verbal_cooperation,
    count(*) FILTER (WHERE quad_class = 2) AS material_cooperation,
    count(*) FILTER (WHERE quad_class = 3) AS verbal_conflict,
    count(*) FILTER (WHERE quad_class = 4) AS material_conflict,
    round(avg(intensity), 2) AS mean_intensity,
    sum(mention_count)::BIGINT AS mentions,
    min(event_date) AS first_date,
    max(event_date) AS last_date
FROM events
WHERE status = 'actual' AND actor_country IS NOT NULL AND recipient_country IS NOT NULL
GROUP BY ALL
ORDER BY events DESC, actor_country, recipient_country;
COMMENT ON VIEW dyads IS 'Which country acted on which, and how: only events told as having happened.';
COMMENT ON COLUMN dyads.actor_country IS 'ISO 3166-1 alpha-3 code of who acted.';
COMMENT ON COLUMN dyads.recipient_country IS 'ISO 3166-1 alpha-3 code of whom it was done to.';
COMMENT ON COLUMN dyads.events IS 'Events between the two, in this direction.';
COMMENT ON COLUMN dyads.verbal_cooperation IS 'Of them, events of quad class 1.';
COMMENT ON COLUMN dyads.material_cooperation IS 'Of them, events of quad class 2.';
COMMENT ON COLUMN dyads.verbal_conflict IS 'Of them, events of quad class 3.';
COMMENT ON COLUMN dyads.material_conflict IS 'Of them, events of quad class 4.';
COMMENT ON COLUMN dyads.mean_intensity IS 'Mean PLOVER conflict-cooperation score.';
COMMENT ON COLUMN dyads.mentions IS 'Mentions of the events.';
COMMENT ON COLUMN dyads.first_date IS 'Day of the first event.';
COMMENT ON COLUMN dyads.last_date IS 'Day of the last event.';
