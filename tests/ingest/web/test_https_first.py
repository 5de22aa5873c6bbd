"""A page is fetched encrypted wherever its host offers that."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from unruly_server import UnrulyServer, page, status, unruly_server

from tasks.ingest.web import FetchError, Manners, Web

HOST = "news.example"


class Detour(httpcore.AsyncNetworkBackend):
    """Leads port 80 and port 443 of any host to ports of this machine; None is a port where nobody answers."""

    def __init__(self, plain: int | None, secure: int | None) -> None:
        self._ports = {80: plain, 443: secure}
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *more: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        return await self._inner.connect_tcp("127.0.0.1", self._ports[port] or 9, *more, **options)


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[UnrulyServer]:
    """A server with a certificate for HOST that we trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = tmp_path / "trusted.pem", tmp_path / "secret.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(trusted, secret)
    with unruly_server(tls) as running:
        yield running


def get(network: Detour, *urls: str) -> list[str]:
    async def run() -> list[str]:
        manners = Manners(user_agent="Marsad/0.1", delay_seconds=0, backoff_seconds=0.01, total_seconds=10)
        async with Web(manners, network) as web:
            return [(await web.get(url)).url for url in urls]

    return asyncio.run(run())


def test_https_is_taken_where_it_is_offered(server: UnrulyServer, secure: UnrulyServer) -> None:
    secure.answers["/"] = page("secure")
    network = Detour(server.port, secure.port)
    assert get(network, f"http://{HOST}/", f"http://{HOST}/") == [f"https://{HOST}/"] * 2
    assert server.requests == []


def test_http_is_taken_where_there_is_nothing_else(server: UnrulyServer) -> None:
    server.answers["/"] = page("plain")
    assert get(Detour(server.port, None), f"http://{HOST}/", f"http://{HOST}/") == [f"http://{HOST}/"] * 2


def test_http_is_taken_where_https_does_not_have_the_page(server: UnrulyServer, secure: UnrulyServer) -> None:
    server.answers["/"] = page("plain")
    assert get(Detour(server.port, secure.port), f"http://{HOST}/") == [f"http://{HOST}/"]


def test_https_that_leads_back_to_http_is_followed(server: UnrulyServer, secure: UnrulyServer) -> None:
    server.answers["/"] = page("plain")
    secure.answers["/"] = status(302, Location=f"http://{HOST}/")
    assert get(Detour(server.port, secure.port), f"http://{HOST}/") == [f"http://{HOST}/"]


def test_a_host_with_the_wrong_certificate_is_not_believed(secure: UnrulyServer) -> None:
    secure.answers["/"] = page("secure")
    with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
        get(Detour(None, secure.port), "https://other.example/")
