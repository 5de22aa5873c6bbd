"""A Prefect API to report to: the one that is configured, that of `marsad up`, or a private server for one command.

Prefect would start such a server itself, but it loads the whole server into the client too, and a killed client
leaves the server running. This one is up in half the time, while the caller loads what it needs, listens on a socket
that is open before the server is (so nobody polls), and ends by itself soon after its parent, however that ended.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

_QUIET = {"PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL", "PREFECT_UI_ENABLED": "false"}


@contextlib.contextmanager
def prefect_api() -> Iterator[str]:
    """Give the URL of an API for the flows run inside the block, starting a server if none is configured or up.

    The private server keeps its runs where every Prefect command looks for them, so `prefect server start` shows
    them later.
    """
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings  # noqa: PLC0415

    if configured := get_current_settings().api.url:
        yield configured
        return
    from flows.service import running  # noqa: PLC0415

    if (service := running()) and service.ready:
        with temporary_settings({PREFECT_API_URL: service.api}):
            yield service.api
        return
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/api"
        server = subprocess.Popen(  # noqa: S603  our own module; -P keeps a `flows` folder of the user's out
            [sys.executable, "-P", "-m", "flows.server", str(listening.fileno())],
            env=os.environ | _QUIET,
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is meant for the command, which still has to report to it
        )
    with temporary_settings({PREFECT_API_URL: url}):
        yield url
    server.stdin.close()  # type: ignore[union-attr]  # it stops when it has written what it was told


def _serve(descriptor: int) -> None:
    """Serve on an inherited listening socket until standard input ends, as it does when the parent is gone."""
    import uvicorn  # noqa: PLC0415
    from prefect.server.api.server import create_app  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    server = uvicorn.Server(uvicorn.Config(create_app(ephemeral=True, final=True), log_level="critical"))
    flush_interval = get_current_settings().server.services.task_run_recorder.flush_interval

    def stop_after_parent() -> None:
        sys.stdin.read()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # or whoever reads the parent's waits on
        time.sleep(2 * flush_interval)  # task runs are recorded from a queue, which a stop would throw away
        server.should_exit = True

    threading.Thread(target=stop_after_parent, daemon=True).start()
    server.run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
