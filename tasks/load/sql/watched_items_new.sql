SELECT item_id, version FROM candidates
EXCEPT
SELECT item_id, version FROM watch_items
