"""The formats that are read, one small module each, registered as entry points of the group `marsad.formats`.

Marsad's own stand in its `pyproject.toml`; any other package may add more (`base` shows how). One that cannot be
loaded is told in one line and left out: it costs no other.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from tasks.ingest.formats.base import Format

__all__ = ["GROUP", "Format", "Registered", "choose", "forget", "registered"]

GROUP: Final = "marsad.formats"

logger = logging.getLogger(__name__)


class Registered(NamedTuple):
    """An entry point of the group, and the format that it leads to or why it leads to none."""

    package: str  # as it is installed: "marsad"
    entry: str  # what it names: "tasks.ingest.formats.parquet:Parquet"
    format: Format | None
    fault: str = ""


@lru_cache(maxsize=1)
def registered() -> tuple[Registered, ...]:
    """All that is registered, in the order in which formats are asked whether a document is theirs; loaded once.

    Raises:
        RuntimeError: there is nothing, not even Marsad's own: the package is not installed.
    """
    found = [_load(entry) for entry in entry_points(group=GROUP)]
    if not any(one.format for one in found):
        raise RuntimeError("no format is registered: Marsad is not installed here (make install, or pip install)")
    for one in found:
        if one.fault:
            logger.warning("Format %s of package %s is left out: %s", one.entry, one.package, one.fault)
    return tuple(sorted(found, key=lambda one: (one.format.priority if one.format else 1_000, one.package, one.entry)))


def choose(name: str, head: bytes) -> Format | None:
    """The format of a document called `name` that begins with `head` (UTF-8 if it is text).

    The name decides; among formats that share its suffix, and where no format has it, the content does.
    """
    named = _named(name)
    if len(named) == 1:
        return named[0]
    by_content = next((one for one in named or _formats() if one.sniff(head)), None)
    return by_content or (named[-1] if named else None)


def forget() -> None:
    """Look for formats anew at the next call, because packages were installed or removed since."""
    for cached in (registered, _formats, _named):
        cached.cache_clear()


@lru_cache(maxsize=1)
def _formats() -> tuple[Format, ...]:
    return tuple(one.format for one in registered() if one.format)


@lru_cache(maxsize=1024)
def _named(name: str) -> tuple[Format, ...]:
    """The formats that have the longest suffix of `name` that any has: ".export.csv" before ".csv"."""
    suffixes = PurePosixPath(name.lower()).suffixes
    for suffix in reversed(list(accumulate(reversed(suffixes), lambda end, start: start + end))):
        if named := tuple(one for one in _formats() if suffix in one.suffixes):
            return named
    return ()


def _load(entry: EntryPoint) -> Registered:
    package = entry.dist.name if entry.dist else "an unnamed package"
    try:
        made = entry.load()()
    except Exception as error:  # another package's code: whatever is wrong with it is no fault of ours
        return Registered(package, entry.value, None, f"{type(error).__name__}: {error}".partition("\n")[0])
    if isinstance(made, Format):
        return Registered(package, entry.value, made)
    wanted = sorted(name for name in dir(Format) if not name.startswith("_") and not hasattr(made, name))
    return Registered(package, entry.value, None, f"it lacks {', '.join(wanted)}")
