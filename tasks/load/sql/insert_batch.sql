INSERT INTO article_revisions BY NAME FROM incoming_revisions;
INSERT INTO articles BY NAME FROM incoming_articles;
INSERT INTO sentences BY NAME FROM incoming_sentences;
INSERT INTO entity_mentions BY NAME FROM incoming_entity_mentions;
INSERT INTO event_mentions BY NAME FROM incoming_event_mentions;
INSERT INTO event_participants BY NAME FROM incoming_event_participants;
