"""What is damaged: the golden fixtures and the bundled articles, each as it is and packed in several ways."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from .mutate import LARGEST, mutated

_REPOSITORY: Final = Path(__file__).parent.parent.parent
_GOLDEN: Final = _REPOSITORY / "tests" / "ingest" / "golden"
_EXAMPLES: Final = _REPOSITORY / "examples" / "articles"
_NO_INPUT: Final = (".expected.json", ".py", ".md", ".pyc")


class Seed(NamedTuple):
    """A sound file."""

    name: str
    data: bytes


class Case(NamedTuple):
    """A damaged file; `number` and the run's seed make it again."""

    number: int
    name: str
    data: bytes


@cache
def seeds() -> tuple[Seed, ...]:
    """All sound files, in an order that is the same everywhere."""
    paths = sorted(path for folder in (_GOLDEN, _EXAMPLES) for path in folder.rglob("*") if path.is_file())
    read = (Seed(path.name, path.read_bytes()) for path in paths if not path.name.endswith(_NO_INPUT))
    return tuple(seed for seed in read if len(seed.data) <= LARGEST)


def case(run: int, number: int) -> Case:
    """Case `number` of the run with seed `run`: one file is damaged, and perhaps packed, and perhaps damaged again.

    Files of one format are as likely as those of another, however many there are.
    """
    draw = Random(f"{run}:{number}")
    suffixes = _by_suffix()
    seed = draw.choice(suffixes[draw.choice(list(suffixes))])
    others = [other.data for other in seeds()]
    name, data = seed.name, mutated(seed.data, draw, others)
    if draw.random() < 0.2:
        suffix, pack = draw.choice(list(PACKINGS.items()))
        name, data = f"{name}{suffix}", pack(name, data, others)
        if draw.random() < 0.6:
            data = mutated(data, draw, others)
    if draw.random() < 0.1:  # a name that says something else, or nothing
        name = draw.choice(("unnamed", "unnamed.bin", f"named{draw.choice(list(suffixes))}"))
    return Case(number, name, data)


@cache
def _by_suffix() -> Mapping[str, Sequence[Seed]]:
    found: dict[str, list[Seed]] = {}
    for seed in seeds():
        found.setdefault(seed.name[seed.name.index(".") :].lower() if "." in seed.name else "", []).append(seed)
    return found


def _zipped(name: str, data: bytes, others: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.writestr(f"more/{name}", others[len(data) % len(others)])
    return out.getvalue()


def _tarred(name: str, data: bytes, others: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member, content in ((name, data), (f"more/{name}", others[len(data) % len(others)])):
            about = tarfile.TarInfo(member)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return out.getvalue()


Packing = Callable[[str, bytes, Sequence[bytes]], bytes]
PACKINGS: Final[Mapping[str, Packing]] = {
    ".gz": lambda name, data, others: gzip.compress(data, 1),
    ".bz2": lambda name, data, others: bz2.compress(data, 1),
    ".xz": lambda name, data, others: lzma.compress(data, preset=0),
    ".zip": _zipped,
    ".tar": _tarred,
    ".tar.gz": lambda name, data, others: gzip.compress(_tarred(name, data, others), 1),
}
