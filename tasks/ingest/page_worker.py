"""The process that reads pages for `page_pool`: a page in, its fields out, until its input ends.

It may die of a page without harm: the operating system kills it when a page takes too long, which also ends what no
Python code can interrupt (a regular expression in C) and leaves no orphan behind a run that was killed.

A request is a line of JSON (`size`, `url`, `charset`) and `size` bytes; an answer is a line of JSON (`fields`, or
`reason` and `detail`; `last` if the process ends with it).
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

from tasks.ingest.pages import page_fields
from tasks.ingest.records import ReadError, Reason

_MOST_PAGES: Final = 1000
_MOST_MEMORY: Final = 400_000_000
"""Bytes; a process that has grown beyond is replaced, since what it grew by stays with it."""


def main(seconds: float) -> None:
    """Answer requests on standard input, each within `seconds`."""
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal's whole group; the end of input tells when to go
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    page_fields(_WARM_UP.encode())  # imports are no page's fault
    print("{}", file=answers, flush=True)
    requests = sys.stdin.buffer
    pages = 0
    while line := requests.readline():
        request = json.loads(line)
        html = requests.read(request["size"])
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = _answer(html, request["url"], request["charset"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        pages += 1
        answer["last"] = pages == _MOST_PAGES or _memory() > _MOST_MEMORY
        print(json.dumps(answer), file=answers, flush=True)
        if answer["last"]:
            return


_WARM_UP: Final = f"<html><body><article><h1>خبر</h1><p>{'كلمة ' * 60}</p></article></body></html>"


def _answer(html: bytes, url: str | None, charset: str | None) -> dict[str, Any]:
    try:
        return {"fields": dict(page_fields(html, url, charset))}
    except ReadError as error:
        return {"reason": error.reason.value, "detail": error.detail}
    except Exception as error:  # a library's fault: this page's loss, and no other's
        detail = f"reading it failed ({type(error).__name__}: {str(error)[:200]})"
        return {"reason": Reason.PAGE_FAILED.value, "detail": detail}


def _memory() -> int:
    """Bytes that this process holds; where that cannot be learnt, that it held at its largest."""
    try:
        # Not ru_maxrss: on Linux it begins at the size of the process that started this one.
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource  # noqa: PLC0415

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main(float(sys.argv[1]))
