"""Redirects as Scrapy follows them; one that leads nowhere ends its request with a reason.

Scrapy 2.19 passes a redirect to `file:` on as a page, and gives up on an address that is none, or
after too many hops, with the ledger none the wiser: it held an answer 302 and no end. Never follows
more than Scrapy would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached

from crawler.archive.extension import note_end

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class BadRedirect(IgnoreRequest):
    """The address redirects to one that is no web address."""

    reason = "bad_redirect"


class RedirectLoop(IgnoreRequest):
    """The address redirects on and on (REDIRECT_MAX_TIMES)."""

    reason = "redirect_loop"


class FollowRedirects(RedirectMiddleware):
    """Scrapy's middleware, which raises where Scrapy lets a redirect fall."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the request onward, or the response. Raises BadRedirect and RedirectLoop."""
        try:
            return super().process_response(request, response)
        except BadRedirect as error:
            raise note_end(self.crawler, request, error) from None
        except IgnoreRequest as error:
            loop = RedirectLoop(f"{request.url}: {error}")
            raise note_end(self.crawler, request, loop) from error
        except ValueError as error:
            bad = BadRedirect(f"{request.url} redirects to what is no address: {error}")
            raise note_end(self.crawler, request, bad) from error

    def _build_redirect_request(
        self, source_request: Request, response: Response, *, url: str, **kwargs: Any
    ) -> Request:
        onward = super()._build_redirect_request(source_request, response, url=url, **kwargs)
        scheme = urlparse_cached(onward).scheme
        if scheme not in {"http", "https"}:
            sentence = f"{source_request.url} redirects to {scheme}:, which is never asked for"
            raise BadRedirect(sentence)
        return onward
