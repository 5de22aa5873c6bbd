-- What the nightly look after the warehouse finds: results of the checks, and how complete each source's days are.
CREATE TABLE check_results (
    checked_at TIMESTAMPTZ NOT NULL,
    check_name VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    violations BIGINT NOT NULL,
    example VARCHAR
);
COMMENT ON TABLE check_results IS 'One row per check and time that the checks were run (marsad check, and every night).';
COMMENT ON COLUMN check_results.checked_at IS 'When the checks were run; one time for all of them.';
COMMENT ON COLUMN check_results.check_name IS 'Name of the file of warehouse/checks, without .sql.';
COMMENT ON COLUMN check_results.severity IS 'error: the warehouse is wrong; warning: the news, or what was read of it, is unusual.';
COMMENT ON COLUMN check_results.title IS 'What has to hold.';
COMMENT ON COLUMN check_results.violations IS 'Rows for which it does not hold.';
COMMENT ON COLUMN check_results.example IS 'One of them as JSON; null where there is none.';

CREATE TABLE source_days (
    source VARCHAR,
    day DATE NOT NULL,
    articles BIGINT NOT NULL,
    expected DOUBLE,
    is_low BOOLEAN NOT NULL
);
COMMENT ON TABLE source_days IS 'One row per source and day of publication, days without an article included: how complete they are. Made anew every night.';
COMMENT ON COLUMN source_days.source IS 'Publisher; null where the record names none.';
COMMENT ON COLUMN source_days.day IS 'Day of publication, UTC; up to the last whole day, or four weeks after the source''s last article.';
COMMENT ON COLUMN source_days.articles IS 'Articles of that day, duplicates included.';
COMMENT ON COLUMN source_days.expected IS 'Median of the same weekday in the four weeks before; null in a source''s first four weeks.';
COMMENT ON COLUMN source_days.is_low IS 'Whether there are less than half as many as expected, where at least four are.';
COMMENT ON COLUMN articles.text IS 'Body exactly as delivered, after decoding; empty where retention has removed it. Offsets of part "text" point into it.';
COMMENT ON COLUMN article_revisions.text IS 'Body of this revision, exactly as delivered; empty where retention has removed it.';
