-- Participants of the mentions that an id names, with what they were resolved to. Offsets are in the sentence.
SELECT
    participant.event_mention_id,
    participant.role,
    participant.text,
    (participant.char_start - sentence.char_start)::INTEGER AS char_start,
    (participant.char_end - sentence.char_start)::INTEGER AS char_end,
    entity.name,
    entity.entity_type,
    coalesce(participant.country_code, entity.country_code) AS country_code,
    participant.sector,
    entity.latitude,
    entity.longitude
FROM event_mentions AS mention
JOIN sentences AS sentence USING (article_id, part, sentence_index)
JOIN event_participants AS participant USING (event_mention_id)
LEFT JOIN entities AS entity ON entity.entity_id = participant.entity_id
WHERE mention.event_mention_id = $id OR mention.event_id = $id
ORDER BY participant.event_mention_id, participant.role, participant.position;
