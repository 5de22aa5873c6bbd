-- What watching knows (flows/watch.py): which feeds are due, and what of feeds and folders was brought in already.
-- Rows are written after the load that they speak of, so that a crash in between loses nothing.
CREATE TABLE watch_feeds (
    url VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    last_fetched_at TIMESTAMPTZ NOT NULL,
    last_status INTEGER,
    last_new_at TIMESTAMPTZ,
    next_due TIMESTAMPTZ NOT NULL,
    failures INTEGER NOT NULL,
    message VARCHAR
);
COMMENT ON TABLE watch_feeds IS 'One row per feed that was ever watched: how the last request went, and when the next is due.';
COMMENT ON COLUMN watch_feeds.url IS 'Address of the feed, as in marsad.toml.';
COMMENT ON COLUMN watch_feeds.etag IS 'ETag of the last whole answer, to ask only for what has changed.';
COMMENT ON COLUMN watch_feeds.last_modified IS 'Last-Modified of the last whole answer, as it was sent.';
COMMENT ON COLUMN watch_feeds.last_fetched_at IS 'Last request, whether or not it succeeded.';
COMMENT ON COLUMN watch_feeds.last_status IS 'HTTP status of its answer (304: nothing has changed); null where there was none.';
COMMENT ON COLUMN watch_feeds.last_new_at IS 'Last time that it had an item not seen before.';
COMMENT ON COLUMN watch_feeds.next_due IS 'When it is asked again.';
COMMENT ON COLUMN watch_feeds.failures IS 'Failed requests since the last that succeeded; each doubles the pause.';
COMMENT ON COLUMN watch_feeds.message IS 'What was wrong or worth knowing last time, for a person.';

CREATE TABLE watch_items (
    item_id UBIGINT NOT NULL,
    version UBIGINT NOT NULL,
    feed_url VARCHAR NOT NULL,
    url VARCHAR,
    state VARCHAR NOT NULL,
    tries INTEGER NOT NULL,
    next_due TIMESTAMPTZ,
    message VARCHAR,
    entry VARCHAR,
    noted_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE watch_items IS 'One row per version of an item that a watched feed has had: what is never fetched again, and what is still to be fetched.';
COMMENT ON COLUMN watch_items.item_id IS 'Hash of the item''s canonical URL; without one, of its feed and its identifier there.';
COMMENT ON COLUMN watch_items.version IS 'Hash of what the feed says of it: title, date and, where it brings it, text.';
COMMENT ON COLUMN watch_items.feed_url IS 'Feed that had it first, as in watch_feeds.url.';
COMMENT ON COLUMN watch_items.url IS 'Link of the item.';
COMMENT ON COLUMN watch_items.state IS 'done: its article, or its row in quarantine, is in the warehouse. waiting: its page could not be fetched yet.';
COMMENT ON COLUMN watch_items.tries IS 'How often its page was asked for.';
COMMENT ON COLUMN watch_items.next_due IS 'When its page is asked for again; null when done.';
COMMENT ON COLUMN watch_items.message IS 'Why it waits.';
COMMENT ON COLUMN watch_items.entry IS 'What the feed said of it, as JSON, as long as it waits: the feed may have dropped it meanwhile.';
COMMENT ON COLUMN watch_items.noted_at IS 'When this row was written.';

CREATE TABLE watch_files (
    path VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    modified_ns BIGINT NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE watch_files IS 'One row per file that was brought in from a watched folder, as it was then.';
COMMENT ON COLUMN watch_files.path IS 'The file, as in articles.origin.';
COMMENT ON COLUMN watch_files.size_bytes IS 'Its size.';
COMMENT ON COLUMN watch_files.modified_ns IS 'Its time of modification, in nanoseconds since 1970.';
COMMENT ON COLUMN watch_files.noted_at IS 'When it was brought in.';
