"""Damaged input of every format: nothing crashes or hangs, and every record becomes an article or goes to quarantine.

A few thousand cases run with the tests; `python -m tests.fuzz --cases 100000 --seed 7` runs as many as you like.
"""
