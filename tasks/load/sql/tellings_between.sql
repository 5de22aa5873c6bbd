-- Mentions of one type and status that tell of the days between.
SELECT * FROM tellings
WHERE event_type = $event_type AND status = $status AND event_date BETWEEN $first_day AND $last_day;
