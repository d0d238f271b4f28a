"""Names to addresses, public ones only: no hostile page sends the crawl into the local network.

Scrapy asks the resolver at connect time, for literals too, so that no notation (decimal, hex,
`127.1`, full-width digits, a name) and no change of the name between check and use gets past.
Loopback and private networks are reached only where PRIVATE_NETWORKS_ALLOWED lists them. Names of
public hosts go through.
"""

from __future__ import annotations

import ipaddress
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

from crawler.archive.place import private_networks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


class RefusedAddress(IgnoreRequest):
    """A host lies in a private network that PRIVATE_NETWORKS_ALLOWED does not list."""

    reason = "refused_address"

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{host} lies at {address}, which is no public address; "
            f"to crawl it, set PRIVATE_NETWORKS_ALLOWED={address}/32"
        )


_refused: dict[str, RefusedAddress] = {}
_self_testing = False


class PublicAddressResolver(CachingThreadedResolver):
    """Scrapy's caching resolver (IPv4), which refuses addresses that are not global."""

    allowed: Networks = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Read PRIVATE_NETWORKS_ALLOWED. Raises ArchiveError where it is no list of networks."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allowed = private_networks(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """Resolve `name`; the answer is checked each time, from the cache too."""
        return super().getHostByName(name, timeout).addCallback(self._public, name)

    def _public(self, address: str, name: str) -> str:
        if self._may_reach(address):
            return address
        _refused[name.lower()] = RefusedAddress(name, address)
        raise DNSLookupError(str(_refused[name.lower()]))

    def _may_reach(self, address: str) -> bool:
        return (_self_testing and address == "127.0.0.1") or may_reach(address, self.allowed)


async def address_of(host: str) -> str:
    """Return the address of `host`, a literal too, by the run's resolver, which checks it.

    Raises DNSLookupError for a host without one, or with one that may not be reached.
    """
    from twisted.internet import reactor  # noqa: PLC0415 (installed late)

    asked: Any = reactor  # not its own `resolve`, which takes a literal as it stands
    return str(await maybe_deferred_to_future(asked.resolver.getHostByName(host)))


@lru_cache(1 << 14)  # asked for every request, of one address or a few
def may_reach(address: str, allowed: Networks) -> bool:
    """Whether `address` is public, or inside a network that the run allows.

    >>> may_reach("::ffff:127.0.0.1", ())
    False
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in network for network in allowed) or (ip.is_global and not ip.is_multicast)


def refusal_of(host: str) -> RefusedAddress | None:
    """Return why `host` was refused, None where it was not: Twisted keeps only that it failed.

    The host of a URL and the name that the resolver is asked for may differ in case and form.
    """
    return _refused.get(host.lower()) or _refused.get(_ascii(host))


@contextmanager
def own_loopback() -> Iterator[None]:
    """Let 127.0.0.1 be reached while the archive tests itself, before any request of the run."""
    global _self_testing  # noqa: PLW0603 (one resolver a process)
    _self_testing = True
    try:
        yield
    finally:
        _self_testing = False


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()
