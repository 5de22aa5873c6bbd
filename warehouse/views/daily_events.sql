CREATE OR REPLACE VIEW daily_events AS
SELECT
    event_date,
    event_type,
    quad_class,
    count(*) AS events,
    sum(mention_count)::BIGINT AS mentions,
    round(avg(intensity), 2) AS mean_intensity
FROM events
WHERE status = 'actual' AND event_date IS NOT NULL
GROUP BY ALL
ORDER BY event_date, events DESC, event_type;
COMMENT ON VIEW daily_events IS 'What happened each day, by type: only events told as having happened.';
COMMENT ON COLUMN daily_events.event_date IS 'Day.';
COMMENT ON COLUMN daily_events.event_type IS 'PLOVER event type.';
COMMENT ON COLUMN daily_events.quad_class IS '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
COMMENT ON COLUMN daily_events.events IS 'Events of the type on that day.';
COMMENT ON COLUMN daily_events.mentions IS 'Their mentions.';
COMMENT ON COLUMN daily_events.mean_intensity IS 'Mean PLOVER conflict-cooperation score.';
