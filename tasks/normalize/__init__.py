"""What an article says of itself, derived from its text alone: search form, sentences, dateline, language.

Nothing here knows Prefect or DuckDB. The text is never rewritten; what is derived points into it by offsets.
"""
