"""Byte streams with a count and a limit, and lines that may not grow without bound."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final, NamedTuple, Protocol

from tasks.ingest.records import ReadError, Reason

BUFFER: Final = 1 << 16
RATIO_FLOOR: Final = 100_000_000
"""Bytes that a compressed file may unpack to whatever its own size: a log of one repeated line is no bomb."""


class ByteSource(Protocol):
    """What is asked of a file, of standard input and of a decompressor."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""

    def seekable(self) -> bool:
        """Whether `seek` is cheap."""

    def seek(self, offset: int, whence: int, /) -> int:
        """Go to a place."""

    def tell(self) -> int:
        """The place."""


@dataclass
class Count:
    """Bytes that went through one or more streams, and how many may."""

    done: int = 0
    limit: int | None = None  # more are an error
    ceiling: int | None = None  # more are not counted: formats that seek read parts of their file twice

    @property
    def exceeded(self) -> bool:
        """Whether it is more than the limit."""
        return self.limit is not None and self.done > self.limit

    @property
    def detail(self) -> str:
        """What is wrong when it is exceeded."""
        return f"it unpacks to more than {self.limit or 0:,} bytes (ingest.max_expanded_bytes)"

    def add(self, count: int) -> None:
        """Count `count` more.

        Raises:
            ReadError: (`archive_limit`) that is more than the limit.
        """
        self.done = self.done + count if self.ceiling is None else min(self.done + count, self.ceiling)
        if self.exceeded:
            raise ReadError(Reason.ARCHIVE_LIMIT, self.detail)


@dataclass
class Unpacked(Count):
    """Bytes that came out of one file, against those that went in."""

    packed: Count = field(default_factory=Count)
    max_ratio: int = 1
    _packed_before: int = field(init=False)

    def __post_init__(self) -> None:
        """What went in before is of other files."""
        self._packed_before = self.packed.done

    @property
    def exceeded(self) -> bool:
        """Whether it is more than the limit, or than so little can honestly hold."""
        packed = self.packed.done - self._packed_before
        return super().exceeded or self.done > max(RATIO_FLOOR, self.max_ratio * packed)

    @property
    def detail(self) -> str:
        """Which of the two it is."""
        return super().detail if super().exceeded else ratio_detail(self.max_ratio)


def ratio_detail(max_ratio: int) -> str:
    """What is wrong with a file that unpacks to more than `max_ratio` times its size."""
    return f"it unpacks to more than {max_ratio:,} times its own size (ingest.max_ratio)"


class Metered(io.RawIOBase):
    """`inner`, counted; it fills the buffer it is given, so that the head of a pipe is there to be looked at."""

    def __init__(self, inner: ByteSource, count: Count, *, forward_only: bool) -> None:
        """Read `inner` and add to `count` what is read."""
        super().__init__()
        self._inner = inner
        self._count = count
        self._forward_only = forward_only

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """As the inner stream, unless forbidden."""
        return not self._forward_only and self._inner.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As the inner stream."""
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        """As the inner stream."""
        return self._inner.tell()

    def readinto(self, buffer: object) -> int:
        """Fill `buffer` as far as there is data."""
        target = memoryview(buffer)  # type: ignore[arg-type]
        filled = 0
        while filled < len(target):
            data = self._inner.read(len(target) - filled)
            if not data:
                break
            target[filled : filled + len(data)] = data
            filled += len(data)
        self._count.add(filled)
        return filled


def metered(inner: ByteSource, count: Count, *, forward_only: bool = False) -> io.BufferedReader:
    """`inner` behind a buffer, with what is read of it added to `count`.

    `forward_only` is for decompressors, which can seek, but only by beginning again.
    """
    return io.BufferedReader(Metered(inner, count, forward_only=forward_only), BUFFER)


class Line(NamedTuple):
    """One line with its line end, or as much of it as the limit allows."""

    number: int  # from 1
    data: bytes
    complete: bool  # False: it is longer than the limit, and the rest was passed over
    offset: int = 0  # bytes before it


def lines(stream: BinaryIO, limit: int) -> Iterator[Line]:
    """The lines of `stream`, none held longer than `limit` bytes."""
    number = offset = 0
    while data := stream.readline(limit + 1):
        number += 1
        complete = len(data) <= limit or data.endswith(b"\n")
        yield Line(number, data, complete, offset)
        offset += len(data)
        while not complete:
            rest = stream.readline(BUFFER)
            offset += len(rest)
            complete = not rest or rest.endswith(b"\n")
