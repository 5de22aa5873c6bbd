DELETE FROM watch_feeds WHERE url IN (SELECT url FROM noted_feeds);
INSERT INTO watch_feeds BY NAME FROM noted_feeds;
DELETE FROM watch_items USING noted_items
WHERE watch_items.item_id = noted_items.item_id AND watch_items.version = noted_items.version;
INSERT INTO watch_items BY NAME SELECT *, now() AS noted_at FROM noted_items;
DELETE FROM watch_files WHERE path IN (SELECT path FROM noted_files);
INSERT INTO watch_files BY NAME SELECT *, now() AS noted_at FROM noted_files;
