"""Which addresses may be asked: those of the web at large, not those of the network that we stand in.

A feed's link, or a redirect, is written by a stranger. Without this check it could make us read the cloud's metadata
service or a colleague's printer. Names are resolved here, every address is checked, and the connection is made to a
checked address: a name that is resolved again for the connection might then lead elsewhere (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpcore
import httpx

from tasks.ingest.web.errors import Fault, FetchError

_SCHEMES: Final = ("http", "https")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def web_address(url: str | httpx.URL) -> httpx.URL:
    """`url` as it is asked for: absolute, http or https, without fragment.

    Raises:
        FetchError: (`bad_address`) it is no address on the web, or carries a password.
    """
    try:
        address = httpx.URL(url.strip() if isinstance(url, str) else url)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(Fault.BAD_ADDRESS, f"its address is not valid ({error})") from error
    if address.scheme not in _SCHEMES or not address.host:
        raise FetchError(Fault.BAD_ADDRESS, "its address does not begin with http:// or https:// and a host")
    if address.userinfo:
        raise FetchError(Fault.BAD_ADDRESS, "its address carries a user name or password, which are never sent")
    return address.copy_with(fragment=None)


def is_public(address: str) -> bool:
    """Whether an IP `address` belongs to the internet at large; an IPv4 address inside an IPv6 one counts as itself."""
    ip = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meanings(ip))


def _meanings(ip: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.ipv4_mapped:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [IPv4Address(int(ip) & 0xFFFFFFFF)]
    if ip.sixtofour:
        return [ip.sixtofour]
    return [ip, *(ip.teredo or ())]


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """A network that leads to public addresses only, and to `private_hosts`."""

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        """Allow `private_hosts`, named as in URLs, any address."""
        self._private_hosts = {host.lower() for host in private_hosts}
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers.

        Raises:
            FetchError: (`private_address`) one of its addresses is not public; (`unreachable`) it has none.
            httpcore.ConnectError, httpcore.ConnectTimeout: none answers.
        """
        addresses = await _resolve(host, port, timeout)
        if host.lower() not in self._private_hosts and not all(map(is_public, addresses)):
            raise FetchError(
                Fault.PRIVATE_ADDRESS,
                f"{host} leads into a private network; if that is meant, add it to fetch.private_hosts",
            )
        *others, last = addresses
        for address in others:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(last, port, timeout, local_address, socket_options)


async def _resolve(host: str, port: int, seconds: float | None) -> list[str]:
    """Addresses of `host`, IPv4 first: where both are given, that is the one that never fails."""
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"{host} could not be looked up in time") from error
    except (OSError, UnicodeError) as error:
        raise FetchError(Fault.UNREACHABLE, f"the host {host} is not known", temporary=True) from error
    addresses = sorted(found, key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(one[4][0]) for one in addresses))
