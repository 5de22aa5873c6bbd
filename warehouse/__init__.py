"""Where it lands: one DuckDB file, its schema, its views, and the only ways in and out.

`warehouse.connection.writer` to write, `warehouse.publish.publish` to show what was written,
`warehouse.query.query` to read it, `warehouse.check.run_checks` to prove it right.
"""
