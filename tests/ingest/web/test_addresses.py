"""Whom a stranger's link may make us talk to."""

from __future__ import annotations

import asyncio

import httpcore
import pytest

from tasks.ingest.web import FetchError, Manners, Web, addresses
from tasks.ingest.web.addresses import CheckedNetwork, is_public, web_address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.9.9.9",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104
        ),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:a00:1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1"),
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
)
def test_private_hosts_are_refused_however_they_are_written(host: str) -> None:
    async def run() -> None:
        async with Web(Manners(user_agent="Marsad/0.1")) as web:
            await web.get(f"http://{host}:9/")

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    assert caught.value.fault in ("private_address", "bad_address")


def test_one_private_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(*_: object) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    monkeypatch.setattr(addresses, "_resolve", resolve)
    with pytest.raises(FetchError, match=r"fetch\.private_hosts"):
        asyncio.run(CheckedNetwork().connect_tcp("news.example", 80))


def test_the_connection_is_made_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once: a second answer, to the connection, might be another."""
    connected: list[str] = []

    async def resolve(*_: object) -> list[str]:
        return ["8.8.8.8", "8.8.4.4"]

    async def connect(self: object, host: str, *_: object) -> None:
        connected.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(addresses, "_resolve", resolve)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(CheckedNetwork().connect_tcp("news.example", 80))
    assert connected == ["8.8.8.8", "8.8.4.4"]


def test_arabic_addresses_are_asked_for_in_ascii() -> None:
    address = web_address("http://مثال.إختبار/أخبار/خبر?ص=1#أعلى")
    assert address.raw_host == b"xn--mgbh0fb.xn--kgbechtv"
    assert address.raw_path.startswith(b"/%D8%A3")
    assert address.fragment == ""
    assert web_address("https://example.org/%D8%A3%D8%AE").raw_path == b"/%D8%A3%D8%AE"
