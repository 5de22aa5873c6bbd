-- How complete the days of each source are, made anew from the articles. $today is the day that is not over yet.
--
-- A source's calendar runs from its first article to the last whole day, or to four weeks after its last article: a
-- source that has ended is not missed for ever. Expected is what it usually delivers on that weekday, days without an
-- article counting as none.
DELETE FROM source_days;
INSERT INTO source_days BY NAME
WITH counted AS (
    SELECT source, published_at::DATE AS day, count(*) AS articles
    FROM articles
    WHERE published_at IS NOT NULL AND published_at::DATE < $today::DATE
    GROUP BY ALL
), calendar AS (
    SELECT source, unnest(generate_series(min(day), least(max(day) + 28, $today::DATE - 1), INTERVAL 1 DAY))::DATE AS day
    FROM counted
    GROUP BY source
), filled AS (
    SELECT calendar.source, calendar.day, coalesce(counted.articles, 0) AS articles
    FROM calendar
    LEFT JOIN counted ON counted.source IS NOT DISTINCT FROM calendar.source AND counted.day = calendar.day
), usual AS (
    SELECT
        *,
        median(articles) OVER before AS median_before,
        count(*) OVER before AS weeks_before
    FROM filled
    WINDOW before AS (PARTITION BY source, dayofweek(day) ORDER BY day ROWS BETWEEN 4 PRECEDING AND 1 PRECEDING)
)
SELECT
    source,
    day,
    articles,
    if(weeks_before = 4, median_before, NULL) AS expected,
    -- Of a source of three articles a day, one may be all there is.
    coalesce(weeks_before = 4 AND median_before >= 4 AND articles < median_before / 2, false) AS is_low
FROM usual;
