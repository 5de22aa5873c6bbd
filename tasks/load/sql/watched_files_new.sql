SELECT path, size_bytes, modified_ns FROM candidates
EXCEPT
SELECT path, size_bytes, modified_ns FROM watch_files
