-- title: The share of an event type in the last seven days of news is within 10 points, and half to double, of the 28 before.
-- severity: warning
WITH told AS (
    SELECT event_type, published_at::DATE AS day
    FROM event_mentions JOIN articles USING (article_id)
    WHERE published_at IS NOT NULL
), days AS (
    SELECT max(day) AS last_day FROM told
), weeks AS (
    SELECT event_type, count(*) FILTER (WHERE day > last_day - 7) AS now,
        count(*) FILTER (WHERE day <= last_day - 7) AS before
    FROM told, days
    WHERE day > last_day - 35
    GROUP BY event_type
), totals AS (
    SELECT sum(now) AS all_now, sum(before) AS all_before FROM weeks
)
SELECT event_type, round(now / all_now, 3) AS share_now, round(before / all_before, 3) AS share_before
FROM weeks, totals
-- With fewer mentions in either, shares swing by themselves.
WHERE all_now >= 500 AND all_before >= 500
    AND (abs(now / all_now - before / all_before) > 0.1
        -- A type that is rare may double by one busy day.
        OR (greatest(now / all_now, before / all_before) > 0.05
            AND now / all_now NOT BETWEEN 0.5 * before / all_before AND 2 * before / all_before))
