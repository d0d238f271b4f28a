"""TLS as each host needs it: strict by default, weaker only where the registry says so and why.

A certificate is verified (DOWNLOAD_VERIFY_CERTIFICATES), and OpenSSL's own floor holds (TLS 1.2, no
weak Diffie-Hellman). A portal whose hosts are older states `tls` in its registry stanza
(`crawler.traits.Tls`); what was granted to it stands in the metadata record of each exchange. Never
weakens another host than the portal's own. Leans on private names of Scrapy 2.19.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import (
    _get_creator_context,
    _load_context_factory_from_settings,
    _ScrapyClientContextFactory,
)
from twisted.internet.ssl import TLSVersion

from crawler.registry import Registry

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet._sslverify import ClientTLSOptions

    from crawler.traits import Tls

_VERSIONS = {
    "1.0": TLSVersion.TLSv1_0,
    "1.1": TLSVersion.TLSv1_1,
    "1.2": TLSVersion.TLSv1_2,
    "1.3": TLSVersion.TLSv1_3,
}
# Below 1.2 the handshake is signed with SHA-1, which OpenSSL 3 has at no higher level.
_OLDEST_CIPHERS = "DEFAULT:@SECLEVEL=0"
_OLD = {"1.0", "1.1"}
#: Renegotiation without RFC 5746: OpenSSL 3 refuses it, servers of before 2010 know no other.
_LEGACY_SERVER_CONNECT = 0x4


class TlsRefused(Exception):
    """A host and this machine could not agree on TLS, or its certificate is not trusted.

    Not one of Scrapy's failures, which are tried again: the next try would say the same.
    """

    reason = "tls"

    def __init__(self, host: str, why: str) -> None:
        super().__init__(
            f"no TLS with {host} ({why}); look at it in a browser, and where it is to be crawled "
            "all the same, grant its portal a tls exception in the registry (README, Add a portal)"
        )


class PortalTls:
    """How to speak TLS with a host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._strict: Any = _load_context_factory_from_settings(crawler)

    @cached_property
    def _registry(self) -> Registry:
        return Registry.from_settings(self._crawler.settings)

    def exception(self, url: str) -> Tls | None:
        """Return what the portal of `url` is granted; None for nearly every one."""
        if not url.startswith("https:"):
            return None
        portal = self._registry.portal_of(url)
        return portal.tls if portal else None

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802
        """Return how to speak TLS with a host (Twisted's own name)."""
        granted = self.exception(f"https://{hostname.decode('ascii')}:{port}/")
        if granted is None:
            return self._strict.creatorForNetloc(hostname, port)
        return _granting(granted, hostname, port)


def _granting(tls: Tls, hostname: bytes, port: int) -> ClientTLSOptions:
    ciphers = tls.ciphers or (_OLDEST_CIPHERS if tls.minimum in _OLD else None)
    factory = _ScrapyClientContextFactory(
        method=None, tls_min_version=_VERSIONS[tls.minimum], verify_certificates=tls.verify
    )
    creator = factory.creatorForNetloc(hostname, port)
    context = _get_creator_context(creator)
    context.set_options(_LEGACY_SERVER_CONNECT)
    if ciphers:
        # Twisted makes a list of names of it, and "@SECLEVEL" is none.
        context.set_cipher_list(ciphers.encode("ascii"))
    return creator


def refusal(error: BaseException, host: str) -> TlsRefused | None:
    """Return what a failed download says of TLS; None where it failed for another reason."""
    cause = error.__cause__
    if isinstance(cause, SSL.Error):
        return TlsRefused(host, _said(cause))
    if type(cause).__module__.startswith("service_identity"):
        return TlsRefused(host, "the certificate is another host's")
    return None


def _said(error: SSL.Error) -> str:
    reasons = [entry[-1] for entry in error.args[0]] if error.args else []
    return ", ".join(reasons) or "the connection was closed"
