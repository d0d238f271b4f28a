"""Only web addresses are asked for: `http:` and `https:` with a host, whatever a page links to.

Scrapy asks for the robots.txt of any address, of one without a host too; two links that begin with
`jar:` and `view-source:` made a crawl wait for ever (seen with Scrapy 2.19). So they end here,
before any other component sees them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from scrapy import Request


class OtherScheme(IgnoreRequest):
    """The address is none of the web's."""

    reason = "other_scheme"


class WebAddressesOnly:
    """The downloader middleware that refuses every other address."""

    def process_request(self, request: Request) -> None:
        """Raise OtherScheme for what is no web address."""
        parts = urlparse_cached(request)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise OtherScheme(f"{request.url} is no web address: never asked for")
