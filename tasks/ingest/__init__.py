"""Ingest: any source of Arabic news into batches of one raw-article frame.

The way in is `tasks.ingest.read.read_batches`. In the order of the data: `sources` finds files, `archives` takes off
what they are wrapped in, a format of `formats` cuts a stream into records (`xml` does it for all that is XML), `decode`
turns their bytes into text, `links` follows a record that is only a link, `pages` finds the article on a page (in the
processes of `page_pool`), `articles` maps a record's fields (`fields`, `dates`, `titles`, `identity`) to the columns of
an article, `read` gathers articles into frames.
Whatever cannot be used becomes a row of the quarantine frame with one of the reasons of `records.Reason`.
"""
