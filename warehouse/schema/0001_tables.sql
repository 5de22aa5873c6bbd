-- The tables of the contract. No index and no primary key: a lookup by 64-bit id is a fast scan, an index would make
-- every load slower; uniqueness is kept by the load and proved by checks/unique_ids.sql.

CREATE TABLE schema_version (
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE schema_version IS 'One row per migration applied to this file; the highest version is the file''s.';
COMMENT ON COLUMN schema_version.version IS 'Number of the migration, from 1.';
COMMENT ON COLUMN schema_version.name IS 'File name of the migration, without .sql.';
COMMENT ON COLUMN schema_version.applied_at IS 'When it was applied.';

CREATE TABLE schema_definitions (
    name VARCHAR NOT NULL,
    hash VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE schema_definitions IS 'One row per file of macros and views: what is defined in this file now.';
COMMENT ON COLUMN schema_definitions.name IS 'Folder and name of the .sql file.';
COMMENT ON COLUMN schema_definitions.hash IS 'BLAKE2b of its text; another hash in the code means: define anew.';
COMMENT ON COLUMN schema_definitions.applied_at IS 'When it was applied.';

CREATE TABLE articles (
    article_id UBIGINT NOT NULL,
    source VARCHAR,
    origin VARCHAR NOT NULL,
    record_number BIGINT,
    url VARCHAR,
    title VARCHAR,
    author VARCHAR,
    dateline VARCHAR,
    published_at TIMESTAMPTZ,
    published_at_basis VARCHAR,
    language VARCHAR,
    text VARCHAR NOT NULL,
    text_search VARCHAR,
    word_count INTEGER,
    content_hash UBIGINT NOT NULL,
    duplicate_of UBIGINT,
    revision INTEGER NOT NULL,
    model_version VARCHAR,
    load_id UBIGINT NOT NULL
);
COMMENT ON TABLE articles IS 'One row per article, in its current revision.';
COMMENT ON COLUMN articles.article_id IS 'Hash of what identifies the article: its URL, else its record id, file, or title and date.';
COMMENT ON COLUMN articles.source IS 'Publisher.';
COMMENT ON COLUMN articles.origin IS 'File it came from; "archive.zip!member" inside an archive, "-" for standard input.';
COMMENT ON COLUMN articles.record_number IS 'Number of the record within its origin, from 1.';
COMMENT ON COLUMN articles.url IS 'Address of the article as delivered.';
COMMENT ON COLUMN articles.title IS 'Headline as delivered.';
COMMENT ON COLUMN articles.author IS 'Author as delivered.';
COMMENT ON COLUMN articles.dateline IS 'Dateline as written, without its closing mark: "إيلاف من لندن".';
COMMENT ON COLUMN articles.published_at IS 'When it was published.';
COMMENT ON COLUMN articles.published_at_basis IS 'Where published_at comes from: metadata, text, file; null where it is unknown.';
COMMENT ON COLUMN articles.language IS 'ISO 639-1 code of the language.';
COMMENT ON COLUMN articles.text IS 'Body exactly as delivered, after decoding. Offsets of part "text" point into it.';
COMMENT ON COLUMN articles.text_search IS 'normalize_arabic(title and text), for searching.';
COMMENT ON COLUMN articles.word_count IS 'Words in title and text.';
COMMENT ON COLUMN articles.content_hash IS 'Hash of title and text; another hash for a known article makes a new revision.';
COMMENT ON COLUMN articles.duplicate_of IS 'Article that came earlier with the same content; this one then has no sentences and no mentions.';
COMMENT ON COLUMN articles.revision IS 'From 1; raised by one each time the content changes.';
COMMENT ON COLUMN articles.model_version IS 'Model that read the article; null where none did (duplicates).';
COMMENT ON COLUMN articles.load_id IS 'Load that wrote this revision.';

-- LIMIT 0 keeps the columns of the two tables the same by construction; comments do not travel with it.
CREATE TABLE article_revisions AS FROM articles LIMIT 0;
ALTER TABLE article_revisions ALTER COLUMN article_id SET NOT NULL;
ALTER TABLE article_revisions ALTER COLUMN content_hash SET NOT NULL;
ALTER TABLE article_revisions ALTER COLUMN revision SET NOT NULL;
ALTER TABLE article_revisions ALTER COLUMN load_id SET NOT NULL;
COMMENT ON TABLE article_revisions IS 'One row per superseded revision of an article; columns as in articles.';
COMMENT ON COLUMN article_revisions.article_id IS 'Article whose earlier revision this is.';
COMMENT ON COLUMN article_revisions.source IS 'Publisher.';
COMMENT ON COLUMN article_revisions.origin IS 'File it came from.';
COMMENT ON COLUMN article_revisions.record_number IS 'Number of the record within its origin, from 1.';
COMMENT ON COLUMN article_revisions.url IS 'Address of the article as delivered.';
COMMENT ON COLUMN article_revisions.title IS 'Headline of this revision.';
COMMENT ON COLUMN article_revisions.author IS 'Author as delivered.';
COMMENT ON COLUMN article_revisions.dateline IS 'Place of the dateline.';
COMMENT ON COLUMN article_revisions.published_at IS 'When it was published.';
COMMENT ON COLUMN article_revisions.published_at_basis IS 'Where published_at comes from.';
COMMENT ON COLUMN article_revisions.language IS 'ISO 639-1 code of the language.';
COMMENT ON COLUMN article_revisions.text IS 'Body of this revision, exactly as delivered.';
COMMENT ON COLUMN article_revisions.text_search IS 'normalize_arabic(title and text) of this revision.';
COMMENT ON COLUMN article_revisions.word_count IS 'Words in title and text.';
COMMENT ON COLUMN article_revisions.content_hash IS 'Hash of title and text of this revision.';
COMMENT ON COLUMN article_revisions.duplicate_of IS 'Article that came earlier with the same content.';
COMMENT ON COLUMN article_revisions.revision IS 'Number of this revision, from 1.';
COMMENT ON COLUMN article_revisions.model_version IS 'Model that read this revision; null where none did.';
COMMENT ON COLUMN article_revisions.load_id IS 'Load that wrote this revision.';

CREATE TABLE sentences (
    article_id UBIGINT NOT NULL,
    part VARCHAR NOT NULL,
    sentence_index INTEGER NOT NULL,
    paragraph_index INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL
);
COMMENT ON TABLE sentences IS 'One row per sentence of an article.';
COMMENT ON COLUMN sentences.article_id IS 'Article it stands in.';
COMMENT ON COLUMN sentences.part IS 'title or text: the column of articles that the offsets point into.';
COMMENT ON COLUMN sentences.sentence_index IS 'Number of the sentence within the part, from 0.';
COMMENT ON COLUMN sentences.paragraph_index IS 'Number of its paragraph within the part, from 0.';
COMMENT ON COLUMN sentences.char_start IS 'Offset of its first code point.';
COMMENT ON COLUMN sentences.char_end IS 'Offset after its last code point.';

CREATE TABLE entity_mentions (
    entity_mention_id UBIGINT NOT NULL,
    article_id UBIGINT NOT NULL,
    part VARCHAR NOT NULL,
    sentence_index INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    entity_type VARCHAR NOT NULL,
    confidence FLOAT,
    entity_id UBIGINT
);
COMMENT ON TABLE entity_mentions IS 'One row per mention of an entity in a sentence.';
COMMENT ON COLUMN entity_mentions.entity_mention_id IS 'Hash of the article, the place in it and the type.';
COMMENT ON COLUMN entity_mentions.article_id IS 'Article it stands in.';
COMMENT ON COLUMN entity_mentions.part IS 'title or text: the column of articles that the offsets point into.';
COMMENT ON COLUMN entity_mentions.sentence_index IS 'Sentence it stands in.';
COMMENT ON COLUMN entity_mentions.char_start IS 'Offset of its first code point in the part.';
COMMENT ON COLUMN entity_mentions.char_end IS 'Offset after its last code point.';
COMMENT ON COLUMN entity_mentions.text IS 'The mention as written, with its clitics.';
COMMENT ON COLUMN entity_mentions.entity_type IS 'PER, LOC, ORG or MISC.';
COMMENT ON COLUMN entity_mentions.confidence IS 'Probability the model gives the mention, 0 to 1.';
COMMENT ON COLUMN entity_mentions.entity_id IS 'Entity it was resolved to.';

CREATE TABLE entities (
    entity_id UBIGINT NOT NULL,
    entity_type VARCHAR,
    name VARCHAR,
    name_latin VARCHAR,
    country_code VARCHAR,
    sector VARCHAR,
    geonames_id BIGINT,
    wikidata_id VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE
);
COMMENT ON TABLE entities IS 'One row per resolved entity.';
COMMENT ON COLUMN entities.entity_id IS 'Hash of what the entity was resolved to.';
COMMENT ON COLUMN entities.entity_type IS 'PER, LOC, ORG or MISC.';
COMMENT ON COLUMN entities.name IS 'Arabic name, without clitics.';
COMMENT ON COLUMN entities.name_latin IS 'Name in Latin letters, where one is known.';
COMMENT ON COLUMN entities.country_code IS 'ISO 3166-1 alpha-3 code of its country.';
COMMENT ON COLUMN entities.sector IS 'PLOVER sector, such as GOV, MIL or REB.';
COMMENT ON COLUMN entities.geonames_id IS 'GeoNames number of a place.';
COMMENT ON COLUMN entities.wikidata_id IS 'Wikidata item, such as Q796.';
COMMENT ON COLUMN entities.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN entities.longitude IS 'Degrees east, WGS 84.';

CREATE TABLE event_mentions (
    event_mention_id UBIGINT NOT NULL,
    event_id UBIGINT,
    article_id UBIGINT NOT NULL,
    part VARCHAR NOT NULL,
    sentence_index INTEGER NOT NULL,
    event_type VARCHAR NOT NULL,
    event_mode VARCHAR,
    status VARCHAR NOT NULL,
    quad_class UTINYINT,
    intensity DOUBLE,
    cameo_root VARCHAR,
    trigger_text VARCHAR NOT NULL,
    trigger_start INTEGER NOT NULL,
    trigger_end INTEGER NOT NULL,
    event_date DATE,
    event_date_end DATE,
    event_date_basis VARCHAR,
    killed INTEGER,
    injured INTEGER,
    arrested INTEGER,
    confidence FLOAT,
    evidence VARCHAR NOT NULL
);
COMMENT ON TABLE event_mentions IS 'One row per event told in a sentence.';
COMMENT ON COLUMN event_mentions.event_mention_id IS 'Hash of the article, the trigger''s place in it and the event type.';
COMMENT ON COLUMN event_mentions.event_id IS 'Event that the mention was consolidated into.';
COMMENT ON COLUMN event_mentions.article_id IS 'Article it stands in.';
COMMENT ON COLUMN event_mentions.part IS 'title or text: the column of articles that the offsets point into.';
COMMENT ON COLUMN event_mentions.sentence_index IS 'Sentence it stands in.';
COMMENT ON COLUMN event_mentions.event_type IS 'One of PLOVER''s 16 event types.';
COMMENT ON COLUMN event_mentions.event_mode IS 'PLOVER mode of the type, where one was told.';
COMMENT ON COLUMN event_mentions.status IS 'actual, planned, hypothetical or negated.';
COMMENT ON COLUMN event_mentions.quad_class IS '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
COMMENT ON COLUMN event_mentions.intensity IS 'PLOVER conflict-cooperation score, -10 to 10, of the mode, else of the type.';
COMMENT ON COLUMN event_mentions.cameo_root IS 'CAMEO root code, 01 to 20.';
COMMENT ON COLUMN event_mentions.trigger_text IS 'Word or words that tell the event, as written.';
COMMENT ON COLUMN event_mentions.trigger_start IS 'Offset of the trigger''s first code point in the part.';
COMMENT ON COLUMN event_mentions.trigger_end IS 'Offset after its last code point.';
COMMENT ON COLUMN event_mentions.event_date IS 'Day on which it happened, or first day.';
COMMENT ON COLUMN event_mentions.event_date_end IS 'Last day, where it lasted longer or is known only to a span of days.';
COMMENT ON COLUMN event_mentions.event_date_basis IS 'explicit, relative, publication or unknown.';
COMMENT ON COLUMN event_mentions.killed IS 'People told to be killed in it.';
COMMENT ON COLUMN event_mentions.injured IS 'People told to be injured in it.';
COMMENT ON COLUMN event_mentions.arrested IS 'People told to be arrested in it.';
COMMENT ON COLUMN event_mentions.confidence IS 'Probability the model gives the mention, 0 to 1.';
COMMENT ON COLUMN event_mentions.evidence IS 'The sentence, as written.';

CREATE TABLE event_participants (
    event_mention_id UBIGINT NOT NULL,
    role VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    char_start INTEGER NOT NULL,
    char_end INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    entity_id UBIGINT,
    country_code VARCHAR,
    sector VARCHAR
);
COMMENT ON TABLE event_participants IS 'One row per participant of an event mention.';
COMMENT ON COLUMN event_participants.event_mention_id IS 'Mention it takes part in; article and part stand there.';
COMMENT ON COLUMN event_participants.role IS 'actor, recipient, speaker, location or date.';
COMMENT ON COLUMN event_participants.position IS 'Number among the participants of that role, from 0, in the order of the text.';
COMMENT ON COLUMN event_participants.char_start IS 'Offset of its first code point in the mention''s part.';
COMMENT ON COLUMN event_participants.char_end IS 'Offset after its last code point.';
COMMENT ON COLUMN event_participants.text IS 'The participant as written.';
COMMENT ON COLUMN event_participants.entity_id IS 'Entity it was resolved to; a location''s coordinates stand there.';
COMMENT ON COLUMN event_participants.country_code IS 'ISO 3166-1 alpha-3 code of its country.';
COMMENT ON COLUMN event_participants.sector IS 'PLOVER sector.';

CREATE TABLE events (
    event_id UBIGINT NOT NULL,
    event_type VARCHAR NOT NULL,
    event_mode VARCHAR,
    status VARCHAR NOT NULL,
    quad_class UTINYINT,
    intensity DOUBLE,
    event_date DATE,
    actor_name VARCHAR,
    actor_country VARCHAR,
    actor_sector VARCHAR,
    recipient_name VARCHAR,
    recipient_country VARCHAR,
    recipient_sector VARCHAR,
    place_name VARCHAR,
    place_country VARCHAR,
    latitude DOUBLE,
    longitude DOUBLE,
    mention_count BIGINT NOT NULL,
    article_count BIGINT NOT NULL,
    source_count BIGINT NOT NULL,
    first_published_at TIMESTAMPTZ,
    last_published_at TIMESTAMPTZ
);
COMMENT ON TABLE events IS 'One row per event, consolidated from its mentions in all articles.';
COMMENT ON COLUMN events.event_id IS 'Hash of what makes its mentions one event.';
COMMENT ON COLUMN events.event_type IS 'One of PLOVER''s 16 event types.';
COMMENT ON COLUMN events.event_mode IS 'Mode told most often.';
COMMENT ON COLUMN events.status IS 'actual, planned, hypothetical or negated.';
COMMENT ON COLUMN events.quad_class IS '1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.';
COMMENT ON COLUMN events.intensity IS 'PLOVER conflict-cooperation score of event_mode, -10 to 10.';
COMMENT ON COLUMN events.event_date IS 'Day on which it happened.';
COMMENT ON COLUMN events.actor_name IS 'Who acted: the name told most often.';
COMMENT ON COLUMN events.actor_country IS 'ISO 3166-1 alpha-3 code of the actor''s country.';
COMMENT ON COLUMN events.actor_sector IS 'PLOVER sector of the actor.';
COMMENT ON COLUMN events.recipient_name IS 'On whom: the name told most often.';
COMMENT ON COLUMN events.recipient_country IS 'ISO 3166-1 alpha-3 code of the recipient''s country.';
COMMENT ON COLUMN events.recipient_sector IS 'PLOVER sector of the recipient.';
COMMENT ON COLUMN events.place_name IS 'Where: the place told most often.';
COMMENT ON COLUMN events.place_country IS 'ISO 3166-1 alpha-3 code of the place''s country.';
COMMENT ON COLUMN events.latitude IS 'Degrees north of the place, WGS 84.';
COMMENT ON COLUMN events.longitude IS 'Degrees east of the place, WGS 84.';
COMMENT ON COLUMN events.mention_count IS 'Mentions of it.';
COMMENT ON COLUMN events.article_count IS 'Articles that tell it.';
COMMENT ON COLUMN events.source_count IS 'Named sources that tell it.';
COMMENT ON COLUMN events.first_published_at IS 'Publication of the first article that tells it.';
COMMENT ON COLUMN events.last_published_at IS 'Publication of the last article that tells it.';

CREATE TABLE loads (
    load_id UBIGINT NOT NULL,
    flow_run_id VARCHAR NOT NULL,
    flow_run_name VARCHAR,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    state VARCHAR NOT NULL,
    records_seen BIGINT NOT NULL,
    loaded BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    pipeline_version VARCHAR,
    model_version VARCHAR
);
COMMENT ON TABLE loads IS 'One row per run of a flow that wrote.';
COMMENT ON COLUMN loads.load_id IS 'Hash of the flow run''s id.';
COMMENT ON COLUMN loads.flow_run_id IS 'Prefect''s id of the flow run.';
COMMENT ON COLUMN loads.flow_run_name IS 'Prefect''s name of the flow run.';
COMMENT ON COLUMN loads.started_at IS 'When the load began.';
COMMENT ON COLUMN loads.finished_at IS 'When it ended; null while it runs, or when it was killed.';
COMMENT ON COLUMN loads.state IS 'running, completed or failed.';
COMMENT ON COLUMN loads.records_seen IS 'Records read: loaded + unchanged + duplicates + quarantined.';
COMMENT ON COLUMN loads.loaded IS 'Records stored as new articles or new revisions.';
COMMENT ON COLUMN loads.unchanged IS 'Records that an earlier load already stored with the same content.';
COMMENT ON COLUMN loads.duplicates IS 'Records with the content of another article, or given twice in this run.';
COMMENT ON COLUMN loads.quarantined IS 'Records that could not be used.';
COMMENT ON COLUMN loads.pipeline_version IS 'Version of marsad.';
COMMENT ON COLUMN loads.model_version IS 'Version of the extraction model.';

CREATE TABLE load_batches (
    load_id UBIGINT NOT NULL,
    batch_number BIGINT NOT NULL,
    records_seen BIGINT NOT NULL,
    loaded BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE load_batches IS 'One row per batch of a load that is in: what lets a batch be sent twice and counted once.';
COMMENT ON COLUMN load_batches.load_id IS 'Load it belongs to.';
COMMENT ON COLUMN load_batches.batch_number IS 'Number of the batch within the load, from 1.';
COMMENT ON COLUMN load_batches.records_seen IS 'Records of the batch: loaded + unchanged + duplicates + quarantined.';
COMMENT ON COLUMN load_batches.loaded IS 'Records stored as new articles or new revisions.';
COMMENT ON COLUMN load_batches.unchanged IS 'Records already stored with the same content.';
COMMENT ON COLUMN load_batches.duplicates IS 'Records with the content of another article, or given twice in this run.';
COMMENT ON COLUMN load_batches.quarantined IS 'Records that could not be used.';
COMMENT ON COLUMN load_batches.loaded_at IS 'When its transaction began.';

CREATE TABLE quarantine (
    quarantine_id UBIGINT NOT NULL,
    load_id UBIGINT NOT NULL,
    origin VARCHAR,
    record_number BIGINT,
    stage VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    message VARCHAR,
    payload BLOB,
    first_seen_at TIMESTAMPTZ NOT NULL,
    replayed_at TIMESTAMPTZ,
    resolved BOOLEAN NOT NULL
);
COMMENT ON TABLE quarantine IS 'One row per record that could not be used.';
COMMENT ON COLUMN quarantine.quarantine_id IS 'Hash of origin, record number, stage and payload.';
COMMENT ON COLUMN quarantine.load_id IS 'Load that met it first.';
COMMENT ON COLUMN quarantine.origin IS 'File it came from.';
COMMENT ON COLUMN quarantine.record_number IS 'Number of the record within its origin, from 1.';
COMMENT ON COLUMN quarantine.stage IS 'read, normalize, extract or load.';
COMMENT ON COLUMN quarantine.reason IS 'Short code, such as broken_json or not_arabic.';
COMMENT ON COLUMN quarantine.message IS 'What is wrong, in a sentence.';
COMMENT ON COLUMN quarantine.payload IS 'Bytes of the record, cut at a limit.';
COMMENT ON COLUMN quarantine.first_seen_at IS 'When it was met first.';
COMMENT ON COLUMN quarantine.replayed_at IS 'When it was last tried again.';
COMMENT ON COLUMN quarantine.resolved IS 'Whether a later try could use it.';
