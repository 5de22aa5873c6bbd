"""From what a user names (files, folders, patterns, "-") to documents: named streams of bytes, out of any wrapping.

Archives are read as streams; nothing of them is written anywhere, so the names of their members are only labels.
"""

from __future__ import annotations

import glob
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from gzip import GzipFile
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from tasks.ingest.records import Problem, ReadError, Reason
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import Count, metered

STDIN: Final = "-"
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_MAX_WRAPPINGS: Final = 3


class Source(NamedTuple):
    """One file that was found, or standard input, or a path that leads to nothing (`problem`)."""

    origin: str
    path: Path | None
    size: int = 0  # bytes on disk
    modified: int = 0  # nanoseconds since 1970
    problem: Problem | None = None


class Document(NamedTuple):
    """A stream of one format's bytes: a file, or a member of an archive, decompressed."""

    origin: str
    name: str  # without the suffixes of its wrappings: "news.jsonl" for news.jsonl.gz
    stream: io.BufferedReader


class Failure(NamedTuple):
    """A document, or a file that could not be opened to look for documents, and what is wrong with it."""

    origin: str
    problem: Problem


def discover(paths: Sequence[str]) -> Iterator[Source]:
    """The files that `paths` mean, each once, in the order given and sorted within folders and patterns.

    Folders are read with all below them, without hidden files and folders and without following links to folders. A
    path that leads to nothing gives a source with a problem.
    """
    seen = set()
    for path in paths:
        for source in _expand(path):
            if source.origin not in seen:
                seen.add(source.origin)
                yield source


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
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield _file(os.path.join(root, name), named=False)  # noqa: PTH118


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
            yield from _unwrap(source.origin, "", metered(stdin, count), settings)
        else:
            with source.path.open("rb", buffering=0) as file, metered(file, count) as stream:
                yield from _unwrap(source.origin, source.path.name, stream, settings)
    except Exception as error:
        yield Failure(source.origin, read_error(error).at(None))


def read_error(error: Exception) -> ReadError:
    """`error`, raised while a stream was read, as one that says what to put in quarantine.

    Raises:
        Exception: `error` itself, if it is a fault of this program and not of its input.
    """
    match error:
        case ReadError():
            return error
        case zipfile.BadZipFile() | EOFError() | zlib.error() | LZMAError() | NotImplementedError():
            return ReadError(Reason.BROKEN_ARCHIVE, f"the compressed data is damaged or cut off ({error})")
        case OSError(errno=None):  # gzip.BadGzipFile, and whatever a decompressor has of its own
            return ReadError(Reason.BROKEN_ARCHIVE, f"the compressed data is damaged or cut off ({error})")
        case OSError():
            return ReadError(Reason.UNREADABLE, f"it cannot be read ({error.strerror})")
        case UnicodeDecodeError():
            return ReadError(Reason.WRONG_ENCODING, f"it is not the {error.encoding} that it seems ({error.reason})")
    raise error


def _unwrap(
    origin: str,
    name: str,
    stream: io.BufferedReader,
    settings: ReadSettings,
    *,
    wrappings: int = 0,
    unpacked: Count | None = None,
) -> Iterator[Document | Failure]:
    """Take gzip and zip off `stream`; all that is unpacked on the way adds to `unpacked`, whose limit ends it."""
    unpacked = unpacked or Count(limit=settings.max_expanded_bytes)
    suffix = PurePosixPath(name).suffix.lower()
    head = stream.peek(len(_ZIP))
    is_zip = suffix == ".zip" or (not suffix and head.startswith(_ZIP))
    is_gzip = head.startswith(_GZIP)
    if suffix == ".gz" and head and not is_gzip:
        raise ReadError(Reason.BROKEN_ARCHIVE, "it is named .gz but is not gzip")
    if not head or not (is_gzip or is_zip):
        yield Document(origin, name, stream)
    elif wrappings == _MAX_WRAPPINGS or (is_zip and wrappings):
        raise ReadError(Reason.ARCHIVE_LIMIT, "it is an archive within an archive")
    elif is_gzip:
        inner_name = name[: -len(suffix)] if suffix == ".gz" else name
        with closing(GzipFile(fileobj=stream)) as plain:
            inner = metered(plain, unpacked, forward_only=True)
            yield from _unwrap(origin, inner_name, inner, settings, wrappings=wrappings + 1, unpacked=unpacked)
    else:
        yield from _members(origin, stream, settings, wrappings, unpacked)


def _members(
    origin: str, stream: io.BufferedReader, settings: ReadSettings, wrappings: int, unpacked: Count
) -> Iterator[Document | Failure]:
    with zipfile.ZipFile(seekable(stream, settings)) as archive:
        members = [member for member in archive.infolist() if not _is_clutter(member)]
        if len(members) > settings.max_members:
            detail = f"it holds {len(members):,} files, more than {settings.max_members:,}"
            raise ReadError(Reason.ARCHIVE_LIMIT, detail)
        if sum(member.file_size for member in members) > settings.max_expanded_bytes:
            detail = f"it unpacks to more than {settings.max_expanded_bytes:,} bytes"
            raise ReadError(Reason.ARCHIVE_LIMIT, detail)
        for member in members:
            if unpacked.exceeded:
                return
            member_origin = f"{origin}!{member.filename}"
            try:
                if member.flag_bits & 0x1:
                    raise ReadError(Reason.BROKEN_ARCHIVE, "it is encrypted")
                with archive.open(member) as plain:
                    inner = metered(plain, unpacked, forward_only=True)
                    name = PurePosixPath(member.filename).name
                    yield from _unwrap(member_origin, name, inner, settings, wrappings=wrappings + 1, unpacked=unpacked)
            except Exception as error:
                yield Failure(member_origin, read_error(error).at(None))


def _is_clutter(member: zipfile.ZipInfo) -> bool:
    """Folders, and what file managers leave in archives."""
    path = PurePosixPath(member.filename)
    return member.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name.startswith(".")


def seekable(stream: io.BufferedReader, settings: ReadSettings) -> BinaryIO:
    """`stream`, or its bytes in memory, for formats that jump about in their file.

    Raises:
        ReadError: (`too_large`) it cannot seek and is too large to be held.
    """
    if stream.seekable():
        return stream
    data = stream.read(settings.max_buffered_bytes + 1)
    if len(data) > settings.max_buffered_bytes:
        detail = f"it is larger than {settings.max_buffered_bytes:,} bytes and cannot be read as a stream"
        raise ReadError(Reason.TOO_LARGE, detail)
    return io.BytesIO(data)
