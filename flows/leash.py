"""A Prefect command that ends soon after whoever started it, however that ended: python -m flows.leash server start

Standard input is the leash: a pipe whose other end the parent holds and never writes to.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

_SECONDS_TO_END = 30


def _end_after_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_SECONDS_TO_END)
    os._exit(1)


def main() -> None:
    """Run the Prefect command that the arguments say."""
    threading.Thread(target=_end_after_parent, daemon=True).start()
    from prefect.cli import app  # noqa: PLC0415  it imports all of Prefect

    sys.argv[1:1] = ["--no-prompt"]
    app()


if __name__ == "__main__":
    main()
