-- title: Events told as having happened are not dated more than two days after the article; at most 2 % of a source's are.
-- severity: warning
SELECT source, count(*) FILTER (WHERE is_ahead) AS ahead, count(*) AS mentions, round(ahead / mentions, 3) AS share
FROM (
    SELECT source, event_date > published_at::DATE + 2 AS is_ahead
    FROM event_mentions JOIN articles USING (article_id)
    WHERE status = 'actual' AND event_date IS NOT NULL AND published_at IS NOT NULL
)
GROUP BY source
HAVING mentions >= 200 AND share > 0.02
