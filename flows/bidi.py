"""Arabic among words that are written from left to right."""

from __future__ import annotations

import re

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def isolate(text: str) -> str:
    """Have a text that holds Arabic ordered by itself, so that its full stop stands at its end, not at the line's."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text
