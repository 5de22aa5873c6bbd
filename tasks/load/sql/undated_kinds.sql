-- Types and statuses of which there are mentions without a day to look at.
SELECT DISTINCT event_type, status FROM tellings WHERE event_date IS NULL ORDER BY ALL;
