-- Begin empty lists: of bands of signatures that articles came into or left (`stirred`); of mentions to look at
-- (`focus`); of the events found for mentions (`assigned`).
CREATE OR REPLACE TEMP TABLE stirred (band UTINYINT, band_key UBIGINT);
CREATE OR REPLACE TEMP TABLE focus (event_mention_id UBIGINT);
CREATE OR REPLACE TEMP TABLE assigned (event_mention_id UBIGINT, event_id UBIGINT);

-- Every mention with what makes it touched or stale.
CREATE OR REPLACE TEMP VIEW settled AS
SELECT
    event_mention_id, event_id, article_id, event_type, status, event_date,
    coalesce(duplicate_of, article_id) AS report_id
FROM event_mentions
JOIN articles USING (article_id);

-- Of each mention in `focus`: the one actor, recipient and location that stand for all of its role, the first whose
-- country is known, else the first that is resolved, else the first.
CREATE OR REPLACE TEMP VIEW principals AS
SELECT event_mention_id, role, text, entity_id, country_code, sector
FROM event_participants
SEMI JOIN focus USING (event_mention_id)
WHERE role IN ('actor', 'recipient', 'location')
QUALIFY row_number() OVER (
    PARTITION BY event_mention_id, role ORDER BY country_code IS NULL, entity_id IS NULL, position, char_start
) = 1;
