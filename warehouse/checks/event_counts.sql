-- title: Counts of an event are those of its mentions, copies of a report taken once; type and status are theirs, days near.
-- severity: error
WITH copies AS (
    SELECT event_id, coalesce(duplicate_of, article_id) AS report_id, article_id, count(*) AS mentions
    FROM event_mentions JOIN articles USING (article_id) GROUP BY ALL
), reports AS (
    SELECT event_id, report_id, max(mentions) AS mentions FROM copies GROUP BY ALL
), reported AS (
    SELECT event_id, sum(mentions) AS mentions, count(*) AS articles FROM reports GROUP BY event_id
), told AS (
    SELECT event_id, count(DISTINCT (event_type, status)) AS kinds, min(event_type) AS event_type,
        min(status) AS status, min(event_date) AS first_day, max(event_date) AS last_day,
        count(DISTINCT event_date IS NULL) AS datings
    FROM event_mentions GROUP BY event_id
)
SELECT event_id, events.mention_count, events.article_count
FROM events JOIN reported USING (event_id) JOIN told USING (event_id)
WHERE events.mention_count <> reported.mentions OR events.article_count <> reported.articles OR told.kinds <> 1
    OR events.event_type <> told.event_type OR events.status <> told.status OR told.datings <> 1
    OR events.event_date IS DISTINCT FROM told.first_day OR told.last_day - told.first_day > 2
