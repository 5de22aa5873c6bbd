SELECT url, etag, last_modified, last_fetched_at, last_status, last_new_at, next_due, failures, message
FROM watch_feeds
