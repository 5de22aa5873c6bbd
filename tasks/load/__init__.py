"""Frames into the warehouse, idempotently, and mentions into events.

`select.select_new` says before the costly steps which records are worth them; `load.load_batch` writes one batch in
one transaction and has the last word; `consolidate` keeps `events` what its mentions make it.
"""
