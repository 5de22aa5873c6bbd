-- What was written about the date of publication, and not taken. Articles read before this have no note.
ALTER TABLE articles ADD COLUMN published_at_note VARCHAR;
COMMENT ON COLUMN articles.published_at_note IS 'Dates that were written but not taken as published_at, each with the reason: "''2087-05-01'' is later than today". Null where nothing spoke against it.';
ALTER TABLE article_revisions ADD COLUMN published_at_note VARCHAR;
COMMENT ON COLUMN article_revisions.published_at_note IS 'Dates that were written but not taken as published_at.';
