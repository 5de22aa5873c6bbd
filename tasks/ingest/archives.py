"""Out of any wrapping: gzip, bzip2, xz, tar and zip, one within the other, as streams.

Nothing of an archive is written anywhere, so the names of its members are only labels; what would be dangerous to
unpack is refused all the same, because an archive that tries it is not to be trusted. A member that cannot be read
costs itself, and what a limit cuts off is told.
"""

from __future__ import annotations

import bz2
import io
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from gzip import GzipFile
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from tasks.ingest.records import Problem, ReadError, Reason
from tasks.ingest.settings import ReadSettings
from tasks.ingest.streams import BUFFER, RATIO_FLOOR, Count, Unpacked, metered, ratio_detail

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_TAR_MAGIC: Final = slice(257, 262)
_HEAD: Final = 512
_LOCAL_HEADER: Final = 30  # bytes before a zip member's name
_MAX_XZ_MEMORY: Final = 256_000_000  # xz -9 needs 65 MB; the header of a file may ask for gigabytes
_MAX_TAR_HEADER: Final = 1_000_000  # long names and PAX headers, which tarfile reads into memory
_UNSAFE_NAME: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f\x7f]")
_NO_FILES: Final = "there is no file in it"
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_TAR_SUFFIXES: Final = {".tgz": ".gz", ".tbz": ".bz2", ".tbz2": ".bz2", ".txz": ".xz"}


class Document(NamedTuple):
    """A stream of one format's bytes: a file, or a member of an archive, decompressed."""

    origin: str
    name: str  # without the suffixes of its wrappings: "news.jsonl" for news.jsonl.gz
    stream: io.BufferedReader


class Failure(NamedTuple):
    """A document, or a file that could not be opened to look for documents, and what is wrong with it."""

    origin: str
    problem: Problem


def unwrap(
    origin: str, name: str, stream: io.BufferedReader, settings: ReadSettings, count: Count
) -> Iterator[Document | Failure]:
    """The documents in the file `name`, read from `stream`, one open at a time; `count` counts what `stream` gives.

    Raises:
        ReadError: the rest of the file cannot be read.
    """
    unpacked = Unpacked(limit=settings.max_expanded_bytes, packed=count, max_ratio=settings.max_ratio)
    yield from _Wrapping(settings, unpacked).documents(origin, name, stream, 0)


def read_error(error: Exception) -> ReadError:
    """`error`, raised while a stream was read, as one that says what to put in quarantine.

    Raises:
        Exception: `error` itself, if it is a fault of this program and not of its input.
    """
    match error:
        case ReadError():
            return error
        case (
            zipfile.BadZipFile()
            | tarfile.TarError()
            | EOFError()
            | zlib.error()
            | lzma.LZMAError()
            | NotImplementedError()
        ):
            return ReadError(Reason.BROKEN_ARCHIVE, f"the compressed data is damaged or cut off ({error})")
        case OSError(errno=None):  # gzip.BadGzipFile, and whatever a decompressor has of its own
            return ReadError(Reason.BROKEN_ARCHIVE, f"the compressed data is damaged or cut off ({error})")
        case OSError():
            return ReadError(Reason.UNREADABLE, f"it cannot be read ({error.strerror})")
        case UnicodeDecodeError():
            return ReadError(Reason.WRONG_ENCODING, f"it is not the {error.encoding} that it seems ({error.reason})")
    raise error


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


@dataclass
class _Wrapping:
    """All that is wrapped in one file; what is unpacked and how many files there are adds up over all of it."""

    settings: ReadSettings
    unpacked: Unpacked
    members: int = field(default=0)

    def documents(self, origin: str, name: str, stream: io.BufferedReader, depth: int) -> Iterator[Document | Failure]:
        """What is left of `stream`, itself in `depth` wrappings, when all that it is wrapped in is taken off."""
        head = stream.peek(_HEAD)[:_HEAD]
        suffix = PurePosixPath(name).suffix.lower()
        packing = next((one for one in _COMPRESSIONS if one.mark.match(head)), None)
        is_zip = suffix == ".zip" or (not suffix and head.startswith((_ZIP, _EMPTY_ZIP)))
        is_tar = not packing and (suffix == ".tar" or head[_TAR_MAGIC] == b"ustar")
        named = next((one for one in _COMPRESSIONS if one.suffix == _TAR_SUFFIXES.get(suffix, suffix)), None)
        if head and named and packing is None:
            raise ReadError(Reason.BROKEN_ARCHIVE, f"it is named {suffix} but is not {named.name}")
        if not head or not (packing or is_zip or is_tar):
            yield Document(origin, name, stream)
        elif depth >= self.settings.max_nesting:
            detail = f"it is wrapped more than {self.settings.max_nesting} times (ingest.max_nesting)"
            raise ReadError(Reason.ARCHIVE_LIMIT, detail)
        elif is_zip:
            yield from self._zip(origin, stream, depth)
        elif is_tar:
            yield from self._tar(origin, stream, depth)
        elif packing:
            with closing(packing.open(stream)) as plain:
                inner = metered(plain, self.unpacked, forward_only=True)
                yield from self.documents(origin, _plain_name(name, suffix), inner, depth + 1)

    def _zip(self, origin: str, stream: io.BufferedReader, depth: int) -> Iterator[Document | Failure]:
        with _open_zip(seekable(stream, self.settings)) as archive:
            members = [member for member in archive.infolist() if not _is_clutter(member.filename, member.is_dir())]
            if not members:
                raise ReadError(Reason.EMPTY_FILE, _NO_FILES)
            self._check_zip(members)
            labels = _Labels(origin)
            for member in members:
                name = _zip_name(member)
                label = labels.of(name)
                try:
                    self._check_zip_member(member, name)
                    with archive.open(member) as plain:
                        inner = metered(plain, self.unpacked, forward_only=True)
                        yield from self.documents(label, PurePosixPath(name).name, inner, depth + 1)
                except Exception as error:
                    yield Failure(label, read_error(error).at(None))
                self._check_unpacked(label)

    def _check_zip(self, members: list[zipfile.ZipInfo]) -> None:
        """Look at what the archive says of itself, before anything is unpacked."""
        for _ in members:
            self._count_member()
        size = sum(member.file_size for member in members)
        if self.unpacked.done + size > self.settings.max_expanded_bytes:
            raise ReadError(Reason.ARCHIVE_LIMIT, Count(limit=self.settings.max_expanded_bytes).detail)
        places = sorted((member.header_offset, member.compress_size) for member in members)
        if any(place + _LOCAL_HEADER + length > after for (place, length), (after, _) in pairwise(places)):
            # Every member within its rights, and all of them the same bytes: the way of the smallest zip bombs.
            raise ReadError(Reason.BROKEN_ARCHIVE, "its files overlap, so it is a zip bomb or damaged")

    def _check_zip_member(self, member: zipfile.ZipInfo, name: str) -> None:
        _check_name(name)
        if member.header_offset < 0:
            raise ReadError(Reason.BROKEN_ARCHIVE, "its directory leads to before its beginning: is that cut off?")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ReadError(Reason.NOT_A_FILE, "it is a symbolic link, and links are not followed")
        if member.flag_bits & 0x1:
            raise ReadError(Reason.BROKEN_ARCHIVE, "it is encrypted")
        if member.file_size > max(RATIO_FLOOR, self.settings.max_ratio * member.compress_size):
            raise ReadError(Reason.ARCHIVE_LIMIT, ratio_detail(self.settings.max_ratio))

    def _tar(self, origin: str, stream: io.BufferedReader, depth: int) -> Iterator[Document | Failure]:
        # Names that are no UTF-8 are mended where they are shown.
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarMember, errors="surrogateescape") as archive:
            labels = _Labels(origin)
            while (member := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # it keeps them all
                name = member.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                if _is_clutter(name, member.isdir()):
                    continue
                self._count_member()
                label = labels.of(name)
                try:
                    _check_name(name)
                    plain = _tar_file(archive, member)
                    # Its bytes were counted when they came out of the compression around the tar.
                    inner = metered(plain, Count(), forward_only=True)
                    yield from self.documents(label, PurePosixPath(name).name, inner, depth + 1)
                except Exception as error:
                    yield Failure(label, read_error(error).at(None))
                self._check_unpacked(label)
            if labels.is_empty:
                raise ReadError(Reason.EMPTY_FILE, _NO_FILES)

    def _count_member(self) -> None:
        self.members += 1
        if self.members > self.settings.max_members:
            detail = f"it holds more than {self.settings.max_members:,} files (ingest.max_members)"
            raise ReadError(Reason.ARCHIVE_LIMIT, detail)

    def _check_unpacked(self, label: str) -> None:
        """End the archive when a limit was reached while `label` was read."""
        if self.unpacked.exceeded:
            _, _, member = label.rpartition("!")
            raise ReadError(Reason.ARCHIVE_LIMIT, f"what follows {member} in it was not read, a limit being reached")


class _Labels:
    """The origins of an archive's members, each only once: names may be given twice."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._seen: Counter[str] = Counter()

    @property
    def is_empty(self) -> bool:
        """Whether there has been no member."""
        return not self._seen

    def of(self, name: str) -> str:
        """The origin of the next member of this `name`."""
        shown = _UNPRINTABLE.sub("\ufffd", name)
        self._seen[shown] += 1
        again = f" ({self._seen[shown]})" if self._seen[shown] > 1 else ""
        return f"{self._archive}!{shown}{again}"


def _check_name(name: str) -> None:
    if _UNSAFE_NAME.search(name):
        detail = "its name leads out of the archive's folder or has control characters in it"
        raise ReadError(Reason.UNSAFE_NAME, detail)


def _is_clutter(name: str, is_folder: bool) -> bool:
    """Folders, and what file managers leave in archives."""
    path = PurePosixPath(name)
    hidden = path.name.startswith(".") and not _UNSAFE_NAME.search(name)
    return is_folder or path.parts[:1] == ("__MACOSX",) or hidden


def _plain_name(name: str, suffix: str) -> str:
    """`name` without the suffix of its compression."""
    if suffix in _TAR_SUFFIXES:
        return f"{name[: -len(suffix)]}.tar"
    return name[: -len(suffix)] if any(suffix == one.suffix for one in _COMPRESSIONS) else name


def _open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (ValueError, IndexError, OverflowError) as error:  # what the module makes of a damaged directory
        raise zipfile.BadZipFile(str(error)) from error


def _zip_name(member: zipfile.ZipInfo) -> str:
    """The member's name as it was written; many programs write UTF-8 and do not say so."""
    name = member.orig_filename
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


class _TarMember(tarfile.TarInfo):
    """A header of a tar archive that is believed only as far as it can be read.

    tarfile takes a damaged header for the end of the archive, holds headers of any length in memory, and can be led
    round in circles by a map of holes.
    """

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _TarMember:
        """The next header; the end of the archive and faults of the stream itself pass through."""
        try:
            return super().fromtarfile(archive)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
            raise
        except (tarfile.HeaderError, ValueError, LookupError, RecursionError) as error:
            raise tarfile.ReadError(f"a header is damaged: {error}") from error

    def _proc_member(self, archive: tarfile.TarFile) -> _TarMember:
        extended = self.type not in tarfile.SUPPORTED_TYPES or self.type in _TAR_EXTENSIONS
        if self.size < 0 or (extended and self.size > _MAX_TAR_HEADER):
            raise tarfile.ReadError(f"a header gives a length of {self.size:,} bytes")
        if self.type == tarfile.GNUTYPE_SPARSE:
            return self._proc_builtin(archive)  # type: ignore[attr-defined, no-any-return]
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


_TAR_EXTENSIONS: Final = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)


def _tar_file(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    """The bytes of `member`.

    Raises:
        ReadError: (`not_a_file`) it has none of its own.
    """
    if member.issym() or member.islnk():
        raise ReadError(Reason.NOT_A_FILE, "it is a link, and links are not followed")
    if not member.isreg() or member.type == tarfile.GNUTYPE_SPARSE or member.sparse is not None:
        raise ReadError(Reason.NOT_A_FILE, "it is no plain file but a device, a pipe or a file with holes")
    plain = archive.extractfile(member)
    if plain is None:
        raise ReadError(Reason.NOT_A_FILE, "it is no plain file")
    return plain  # type: ignore[return-value]


class _Xz(io.RawIOBase):
    """The plain bytes of an xz file, which is one stream or several, in bounded memory (lzma.open knows no bound)."""

    def __init__(self, packed: io.BufferedReader) -> None:
        super().__init__()
        self._packed = packed
        self._stream = _new_xz()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer)  # type: ignore[arg-type]
        while True:
            data = b""
            if self._stream.eof:
                data = self._next_stream()
                if not data:
                    return 0
                self._stream = _new_xz()
            elif self._stream.needs_input:
                data = self._packed.read1(BUFFER)
                if not data:
                    raise EOFError("it ends before its end is marked")
            plain = self._stream.decompress(data, len(target))
            if plain:
                target[: len(plain)] = plain
                return len(plain)

    def _next_stream(self) -> bytes:
        """The beginning of the stream that follows, past the zeros that may lie between; empty if there is none."""
        rest = self._stream.unused_data.lstrip(b"\0")
        while not rest and (more := self._packed.read1(BUFFER)):
            rest = more.lstrip(b"\0")
        return rest


def _new_xz() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_MAX_XZ_MEMORY)


class _Compression(NamedTuple):
    suffix: str
    name: str
    mark: re.Pattern[bytes]
    open: Callable[[io.BufferedReader], io.RawIOBase | io.BufferedIOBase]


_COMPRESSIONS: Final = (
    _Compression(".gz", "gzip", re.compile(rb"\x1f\x8b"), lambda packed: GzipFile(fileobj=packed)),
    _Compression(".bz2", "bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), bz2.BZ2File),
    _Compression(".xz", "xz", re.compile(rb"\xfd7zXZ\x00"), _Xz),
)
