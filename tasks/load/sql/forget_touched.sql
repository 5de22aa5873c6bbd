-- What was touched is told.
DELETE FROM touched;
DELETE FROM stale;
