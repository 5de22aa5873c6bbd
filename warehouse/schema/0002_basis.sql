-- Why a mention or participant was taken for whom or what it is taken for. Null in rows that were read before.
ALTER TABLE entity_mentions ADD COLUMN basis VARCHAR;
COMMENT ON COLUMN entity_mentions.basis IS 'Why it is this entity: name (the name alone decides), country (the name of one), article (short for a fuller name in the article; a clash with a known alias is told), or for a place how it was told from its namesakes.';

ALTER TABLE event_participants ADD COLUMN basis VARCHAR;
COMMENT ON COLUMN event_participants.basis IS 'Why this entity, country and sector: phrase (its own words), name (what is known of the entity), article (a fuller mention), pair (the two told of together: البلدين), owner (whose بلاده is), counterpart (of نظيره), speaker (a dropped subject: the last speaker; the span is then that of the words that named them), place (of the event), main country (of the article).';
