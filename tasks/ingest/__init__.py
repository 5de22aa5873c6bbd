"""Ingest: any source of Arabic news into batches of one raw-article frame.

The way in is `tasks.ingest.read.read_batches`. In the order of the data: `sources` finds files and opens archives, a
format of `formats` cuts a stream into records, `decode` turns their bytes into text, `articles` maps a record's
fields (`fields`, `dates`, `titles`, `identity`) to the columns of an article, `read` gathers articles into frames.
Whatever cannot be used becomes a row of the quarantine frame with one of the reasons of `records.Reason`.
"""
