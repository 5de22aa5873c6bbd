-- Begin an empty list of events to tell anew (`touched`), and of mentions to look at (`focus`).
CREATE OR REPLACE TEMP TABLE touched (event_id UBIGINT);
CREATE OR REPLACE TEMP TABLE focus (event_mention_id UBIGINT);

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
