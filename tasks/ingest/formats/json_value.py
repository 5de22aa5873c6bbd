"""JSON text into a record's fields, with a limit on depth: what both JSON formats share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from tasks.ingest.records import ReadError, Reason

# Line breaks and tabs inside strings are forbidden by the standard, frequent in the wild, and never ambiguous.
DECODER: Final = json.JSONDecoder(strict=False)


def parse_object(text: str, max_depth: int) -> Mapping[str, object]:
    """The object that `text` is.

    Raises:
        ReadError: (`broken_json`, `too_deep`, `not_an_object`) it is none that can be used.
    """
    try:
        value: object = DECODER.decode(text)
    except RecursionError as error:
        raise too_deep(max_depth) from error
    except ValueError as error:
        raise broken(error) from error
    check_depth(text, 0, len(text), value, max_depth)
    return as_object(value)


def as_object(value: object) -> Mapping[str, object]:
    """`value` if it is an object.

    Raises:
        ReadError: (`not_an_object`) it is not.
    """
    if isinstance(value, dict):
        return value
    raise ReadError(Reason.NOT_AN_OBJECT, f"it is a JSON {_KINDS.get(type(value), 'value')}, not an object")


_KINDS: Final[Mapping[type, str]] = {list: "array", str: "string", int: "number", float: "number", bool: "boolean"}


def broken(error: ValueError) -> ReadError:
    """What the standard library's JSON reader found wrong."""
    if not isinstance(error, json.JSONDecodeError):
        return ReadError(Reason.BROKEN_JSON, "it is not valid JSON (a number with too many digits)")
    what = error.msg.removesuffix(" at").removesuffix(" starting")
    return ReadError(Reason.BROKEN_JSON, f"it is not valid JSON ({what} at character {error.pos + 1})")


def too_deep(max_depth: int) -> ReadError:
    """The error of a value nested deeper than `max_depth`."""
    return ReadError(Reason.TOO_DEEP, f"its JSON is nested more than {max_depth} levels deep")


def check_depth(text: str, start: int, end: int, value: object, max_depth: int) -> None:
    """Check the depth of `value`, which stands in `text[start:end]`.

    Raises:
        ReadError: (`too_deep`) it is nested deeper than `max_depth`.
    """
    # Nearly every record has fewer brackets than the limit, and counting them costs next to nothing.
    if text.count("{", start, end) + text.count("[", start, end) <= max_depth:
        return
    level = [value]
    for _ in range(max_depth):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise too_deep(max_depth)
