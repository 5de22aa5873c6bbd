"""Pages read by processes of their own: on every core, each page within a time limit, and none able to do more harm
than cost itself.

The processes are started when the first page is met, by plain `subprocess`: it asks nothing of the program around it
(no guard of `__main__`, no fork of a process with threads), so that it works alike in Prefect's threads, in a script
and in a notebook.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Final

from tasks.ingest.records import Page, Problem, ReadError, Reason, Record

_MOST_PROCESSES: Final = 8  # each holds some 100 MB
# -P: a folder `tasks` in the working directory is somebody else's.
_COMMAND: Final = (sys.executable, "-P", "-m", "tasks.ingest.page_worker")


class PagePool:
    """Processes that read pages. A context manager; what it started ends with it."""

    def __init__(self, seconds: float) -> None:
        """Give each page `seconds`; nothing is started yet."""
        self._seconds = seconds
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> PagePool:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """End all processes."""
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        with contextlib.suppress(Empty):
            while True:
                self._idle.get_nowait().end()

    def read(self, pages: Iterable[Page]) -> Iterator[Record | Problem]:
        """What `pages` hold, in their order: a record each, or a problem (`no_article`, `page_timeout`, …).

        All of `pages` are taken at once: give a batch that fits into memory.
        """
        pages = list(pages)
        if not pages:
            return iter(())
        if self._threads is None:
            self._threads = ThreadPoolExecutor(min(_cores(), _MOST_PROCESSES), thread_name_prefix="pages")
        return self._threads.map(self._read_one, pages)

    def _read_one(self, page: Page) -> Record | Problem:
        try:
            try:
                return page.record(self._ask(page))
            except _DiedError:  # it may have been ended for another's sake: this page has one more try
                return page.record(self._ask(page))
        except ReadError as error:
            return page.problem(error)

    def _ask(self, page: Page) -> dict[str, Any]:
        try:
            worker = self._idle.get_nowait()
        except Empty:
            worker = _Worker(self._seconds)
        try:
            return worker.ask(page)
        finally:
            if worker.lives:
                self._idle.put(worker)
            else:
                worker.end()


class _DiedError(ReadError):
    """The process ended while it read a page, and not because of the time that this took."""


class _Worker:
    """One process of `tasks.ingest.page_worker`."""

    def __init__(self, seconds: float) -> None:
        """Start it and wait until it is ready.

        Raises:
            RuntimeError: it does not start.
        """
        self._seconds = seconds
        self.lives = True
        self._process = subprocess.Popen(  # noqa: S603  # our own module
            [*_COMMAND, str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert self._process.stdin and self._process.stdout  # noqa: S101  # for the type checker: both are pipes
        self._requests: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        if not self._answers.readline():
            raise RuntimeError(f"the process that reads web pages does not start (exit code {self._process.wait()})")

    def ask(self, page: Page) -> dict[str, Any]:
        """The fields of `page`.

        Raises:
            ReadError: it has none, takes too long (`page_timeout`), or is the death of the process (`page_failed`).
        """
        request = {"size": len(page.html), "url": page.url, "charset": page.charset}
        line = b""
        with contextlib.suppress(BrokenPipeError):
            self._requests.write(json.dumps(request).encode() + b"\n" + page.html)
            self._requests.flush()
            line = self._answers.readline()
        if not line:
            self.lives = False
            if self._process.wait() == -signal.SIGALRM:
                raise ReadError(Reason.PAGE_TIMEOUT, f"reading it takes more than {self._seconds:g} seconds")
            detail = f"reading it ended its process (exit code {self._process.returncode})"
            raise _DiedError(Reason.PAGE_FAILED, detail)
        answer: dict[str, Any] = json.loads(line)
        self.lives = not answer["last"]
        if "fields" in answer:
            fields: dict[str, Any] = answer["fields"]
            return fields
        raise ReadError(Reason(answer["reason"]), answer["detail"])

    def end(self) -> None:
        """Let it go: it ends by itself when there are no more requests."""
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        self._answers.close()
        self._process.wait()


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
