"""The `marsad` command with the reader of `newsroom` in place of the model: for tests in processes of their own.

python marsad_with_word_reader.py SECONDS_A_CALL run PATH…
"""

from __future__ import annotations

import sys

import newsroom

from flows.cli import main
from tasks.extract import model

seconds = float(sys.argv.pop(1))
reader = newsroom.WordReader(seconds)
model.shipped_reader = lambda threads=0: reader
main()
