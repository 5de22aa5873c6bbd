SELECT item_id, version, feed_url, url, state, tries, next_due, message, entry
FROM watch_items
WHERE state = 'waiting' AND next_due <= $now
ORDER BY next_due, item_id, version
