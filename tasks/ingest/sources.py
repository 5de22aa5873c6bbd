"""From what a user names (files, folders, patterns, "-") to documents: named streams of bytes, out of any wrapping."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from tasks.ingest.archives import Document, Failure, read_error, seekable, unwrap
from tasks.ingest.records import Problem, ReadError, Reason
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Count, metered

__all__ = ["STDIN", "Document", "Failure", "Source", "discover", "documents", "origin_of", "read_error", "seekable"]

STDIN: Final = "-"


class Source(NamedTuple):
    """One file that was found, or standard input, or a path that leads to nothing (`problem`)."""

    origin: str
    path: Path | None
    size: int = 0  # bytes on disk
    modified: int = 0  # nanoseconds since 1970
    problem: Problem | None = None


def discover(paths: Sequence[str], leave_out: Sequence[Path] = ()) -> Iterator[Source]:
    """The files that `paths` mean, each once, in the order given and sorted within folders and patterns.

    Folders are read with all below them, without hidden files and folders. A link in a folder that leads out of it
    gives a source with a problem, as does a path that leads to nothing; a link to another folder within is passed
    over, because that folder is read itself. Links that are named are followed. Files of `leave_out`, and of the
    folders in it, are passed over unless they are named themselves.
    """
    seen = set()
    for path in paths:
        unwanted = [one for one in map(_absolute, leave_out) if not _is_in(_absolute(path), one)]
        for source in _expand(path):
            found = source.path and _absolute(source.path)
            if source.origin not in seen and not (found and any(_is_in(found, one) for one in unwanted)):
                seen.add(source.origin)
                yield source


def _absolute(path: str | Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100  # Path.resolve would follow links


def _is_in(path: str, folder: str) -> bool:
    """Whether an absolute path is `folder` or below it."""
    return path == folder or path.startswith(f"{folder}{os.sep}")


def _expand(path: str) -> Iterator[Source]:
    if path == STDIN:
        yield Source(STDIN, None)
    elif os.path.isdir(path):  # noqa: PTH112  # os.path says False where Path raises: a NUL, a name too long
        yield from _folder(path)
    elif os.path.lexists(path):
        yield _file(path, named=True)
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207  # keeps "./" and absolute patterns as given
        for match in matches:
            yield from _expand(match) if os.path.isdir(match) else iter([_file(match, named=True)])  # noqa: PTH112
        if not matches:
            yield _nothing(path, "no file matches this pattern")
    else:
        yield _nothing(path, "there is no such file or folder")


def _nothing(path: str, detail: str) -> Source:
    return Source(origin_of(path), None, problem=Problem(None, Reason.MISSING_FILE, detail))


def _folder(folder: str) -> Iterator[Source]:
    top = Path(folder).resolve()
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*files, *folders]):
            path = os.path.join(root, name)  # noqa: PTH118
            if name.startswith("."):
                continue
            if os.path.islink(path) and not _leads_into(top, path):  # noqa: PTH114
                detail = "it is a link that leads out of the folder that was given"
                yield Source(origin_of(path), None, problem=Problem(None, Reason.NOT_A_FILE, detail))
            elif name in files:
                yield _file(path, named=False)


def _leads_into(folder: Path, link: str) -> bool:
    try:
        return Path(os.path.realpath(link)).is_relative_to(folder)
    except OSError:
        return True  # `_file` says what is wrong with it


def _file(path: str, *, named: bool) -> Source:
    origin = origin_of(path)
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError as error:
        problem = Problem(None, Reason.UNREADABLE, f"it cannot be read ({error.strerror})")
        return Source(origin, None, problem=problem)
    # A pipe that is named (marsad run <(zcat news.gz)) is meant; one met in a folder may never say anything.
    if stat.S_ISREG(status.st_mode) or (named and stat.S_ISFIFO(status.st_mode)):
        return Source(origin, Path(path), status.st_size, status.st_mtime_ns)
    problem = Problem(None, Reason.UNREADABLE, "it is not a regular file")
    return Source(origin, None, problem=problem)


def origin_of(path: str) -> str:
    """`path` as it stands in `origin`: POSIX, relative to the working directory if below it, else absolute."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # Path.resolve would follow links
    here = Path.cwd()
    origin = (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix()
    return os.fsencode(origin).decode("utf-8", "replace")  # names on disk need not be text


def documents(source: Source, settings: ReadSettings, count: Count, stdin: BinaryIO) -> Iterator[Document | Failure]:
    """The documents of `source`, one open at a time: use each before asking for the next.

    Bytes read from the file itself, before decompression, are added to `count`.
    """
    if source.problem is not None:
        yield Failure(source.origin, source.problem)
        return
    try:
        if source.path is None:
            yield from unwrap(source.origin, "", metered(stdin, count), settings, count)
        elif source.size > settings.max_file_bytes:
            raise ReadError(Reason.FILE_LIMIT, f"it has {source.size:,} bytes, more than {settings.max_file_bytes:,}")
        else:
            with source.path.open("rb", buffering=0) as file, metered(file, count) as stream:
                yield from unwrap(source.origin, source.path.name, stream, settings, count)
    except Exception as error:
        yield Failure(source.origin, read_error(error).at(None))
