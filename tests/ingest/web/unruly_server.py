"""A real HTTP server on this machine that answers as it is told to, however badly."""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

Answer = Callable[["Request"], None]


class Seen(NamedTuple):
    """What was asked for; the handler itself goes on to the next request of its connection."""

    path: str
    headers: Message
    at: float  # seconds, on a clock that only goes forward


class Request(BaseHTTPRequestHandler):
    """One request; answers are written by the functions below, or by hand."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        with self.server.counting(self):
            self.server.answers.get(self.path, status(404))(self)

    def send(self, code: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def send_without_end(self, pieces: Iterator[bytes], headers: Mapping[str, str] | None = None) -> None:
        """Send a body of unknown length until the client has enough of it."""
        self.close_connection = True
        self.send_response(200)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            pass

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers: dict[str, Answer] = {}
        self.seen: list[Seen] = []
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    @contextmanager
    def counting(self, request: Request) -> Iterator[None]:
        with self._lock:
            self.seen.append(Seen(request.path, request.headers, time.monotonic()))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield
        finally:
            with self._lock:
                self.at_once -= 1

    def handle_error(self, *_: object) -> None:
        pass  # clients that hang up are what is tested


class UnrulyServer:
    """Paths to answers, and what was asked for."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self.port = server.server_address[1]
        self.answers = server.answers

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def requests(self) -> list[Seen]:
        return self._server.seen

    @property
    def asked(self) -> Counter[str]:
        """How often each path was asked for; robots.txt goes without saying."""
        return Counter(one.path for one in self.requests if one.path != "/robots.txt")

    @property
    def most_at_once(self) -> int:
        return self._server.most_at_once


@contextmanager
def unruly_server(tls: ssl.SSLContext | None = None) -> Iterator[UnrulyServer]:
    server = _Server()
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield UnrulyServer(server)
    finally:
        server.shutdown()
        server.server_close()


def status(code: int, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send(code, b"", named)


def page(body: bytes | str, content_type: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": content_type} | {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send(200, data, named)


def one_after_another(*answers: Answer) -> Answer:
    """The first time the first, and so on; the last one from then on."""
    left = list(answers)

    def next_one(request: Request) -> None:
        answer = left.pop(0) if len(left) > 1 else left[0]
        answer(request)

    return next_one


def unless_known(etag: str, otherwise: Answer) -> Answer:
    """304 for whoever sends this ETag."""
    return lambda request: (status(304) if request.headers["If-None-Match"] == etag else otherwise)(request)


def dripping(piece: bytes = b".", pause: float = 0.05) -> Answer:
    """A body that never ends and never hurries."""

    def pieces() -> Iterator[bytes]:
        for _ in range(2_000):
            yield piece
            time.sleep(pause)

    return lambda request: request.send_without_end(pieces())


def dripping_headers() -> Answer:
    """Not even a header that is whole."""

    def drip(request: Request) -> None:
        request.close_connection = True
        try:
            for letter in b"HTTP/1.1 200 OK" + b" " * 2_000:
                request.wfile.write(bytes([letter]))
                request.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    return drip


def endless(piece: bytes = b"." * 65_536, **headers: str) -> Answer:
    """A body that never ends, as fast as it can be taken."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send_without_end(iter(lambda: piece, b""), named)


def silent(seconds: float = 3.0) -> Answer:
    """Nothing at all."""

    def wait(request: Request) -> None:
        request.close_connection = True
        time.sleep(seconds)

    return wait
