CREATE OR REPLACE MACRO events_between(a, b) AS TABLE
SELECT *
FROM events
WHERE event_date BETWEEN a::DATE AND b::DATE
ORDER BY event_date, mention_count DESC, event_id;
COMMENT ON MACRO TABLE events_between IS
    'Events of the days from a to b, both included: FROM events_between(''2026-01-01'', ''2026-01-07'').';
