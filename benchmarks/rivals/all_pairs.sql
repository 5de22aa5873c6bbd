-- Every mention compared with every other of its type and status: what links them, by words alone. What a graph of
-- mentions costs before its components are even looked for.
WITH words AS (
    SELECT event_mention_id, event_type, status, event_date, list_distinct(string_split(evidence, ' ')) AS words
    FROM event_mentions
)
SELECT one.event_mention_id, other.event_mention_id AS other_id
FROM words AS one
JOIN words AS other
    ON one.event_type = other.event_type AND one.status = other.status
    AND one.event_mention_id < other.event_mention_id
WHERE abs(one.event_date - other.event_date) <= 2
    AND len(list_intersect(one.words, other.words)) >= 0.4 * sqrt(len(one.words) * len(other.words))
