-- Every table, view and macro of the warehouse with its columns, in reading order.
WITH things AS (
    SELECT 1 AS rank, 'Table' AS kind, table_name AS name, comment, table_oid AS oid
    FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT 2, 'View', view_name, comment, view_oid
    FROM duckdb_views() WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT 3, 'Macro', function_name || '(' || array_to_string(parameters, ', ') || ')', comment, function_oid
    FROM duckdb_functions() WHERE database_name = current_database() AND NOT internal
)
SELECT kind, things.name, things.comment, column_name, data_type, columns.comment AS meaning
FROM things
LEFT JOIN duckdb_columns() AS columns
    ON columns.database_name = current_database() AND columns.table_oid = things.oid AND things.rank < 3
    AND columns.table_name = things.name
ORDER BY things.rank, things.oid, columns.column_index;
