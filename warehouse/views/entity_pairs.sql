CREATE OR REPLACE VIEW entity_pairs AS
WITH present AS (
    SELECT DISTINCT entity_id, article_id, part, sentence_index FROM entity_mentions WHERE entity_id IS NOT NULL
), pairs AS (
    SELECT a.entity_id AS entity_id, b.entity_id AS other_id, count(*) AS sentences,
        count(DISTINCT a.article_id) AS articles
    FROM present AS a
    JOIN present AS b USING (article_id, part, sentence_index)
    WHERE a.entity_id < b.entity_id
    GROUP BY ALL
)
SELECT
    pairs.entity_id,
    one.name,
    one.entity_type,
    pairs.other_id,
    other.name AS other_name,
    other.entity_type AS other_type,
    pairs.sentences,
    pairs.articles
FROM pairs
JOIN entities AS one ON one.entity_id = pairs.entity_id
JOIN entities AS other ON other.entity_id = pairs.other_id
ORDER BY pairs.sentences DESC, pairs.entity_id, pairs.other_id;
COMMENT ON VIEW entity_pairs IS 'Which entities stand together in one sentence; each pair once.';
COMMENT ON COLUMN entity_pairs.entity_id IS 'One entity: the one with the lower id.';
COMMENT ON COLUMN entity_pairs.name IS 'Its name.';
COMMENT ON COLUMN entity_pairs.entity_type IS 'Its type: PER, LOC, ORG or MISC.';
COMMENT ON COLUMN entity_pairs.other_id IS 'The other entity.';
COMMENT ON COLUMN entity_pairs.other_name IS 'Its name.';
COMMENT ON COLUMN entity_pairs.other_type IS 'Its type.';
COMMENT ON COLUMN entity_pairs.sentences IS 'Sentences that mention both.';
COMMENT ON COLUMN entity_pairs.articles IS 'Articles with such a sentence.';
