INSERT INTO article_revisions BY NAME FROM incoming_revisions;
INSERT INTO articles BY NAME FROM incoming_articles;
INSERT INTO article_signatures BY NAME FROM incoming_signatures;
INSERT INTO article_bands BY NAME FROM incoming_bands;
INSERT INTO stirred SELECT band, band_key FROM incoming_bands;
-- Another one prints what these articles told.
INSERT INTO touched
SELECT event_id FROM event_mentions WHERE article_id IN (SELECT duplicate_of FROM incoming_articles);
INSERT INTO sentences BY NAME FROM incoming_sentences;
INSERT INTO entity_mentions BY NAME FROM incoming_entity_mentions;
INSERT INTO event_mentions BY NAME FROM incoming_event_mentions;
INSERT INTO event_participants BY NAME FROM incoming_event_participants;
