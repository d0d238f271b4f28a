"""Undo content codings, and say where one is damaged: Scrapy 2.19 passes half a page for a whole.

Measured: half a gzip body, or one with a wrong checksum, reached the spider as a clean 200. Here
such a response bears the flag `BAD_CODING`; the wire handler enters that reason into the ledger, so
that no later run takes the page for what the portal says. What came out before the damage is kept.
Nor is the charset of bytes guessed that are still coded, which costs 1.5 ms a page.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import TextResponse
from scrapy.responsetypes import responsetypes

from crawler.pages import decode

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

# It notes each table that it tries, a hundred records a page, and Scrapy's root logger takes all.
logging.getLogger("charset_normalizer").setLevel(logging.WARNING)

#: What a response gives that was decoded for its archive: the middleware asks for it again.
_DECODED: WeakKeyDictionary[Response, tuple[bytes, list[str]]] = WeakKeyDictionary()
#: The flag of a response, and the ledger's reason, where a content coding could not be undone.
BAD_CODING = "bad_coding"


class UndoContentCoding(HttpCompressionMiddleware):
    """Scrapy's middleware, with the one strict decoder that live pages and re-parses share."""

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Return the response decoded, flagged where that failed."""
        if request.method == "HEAD" or not response.headers.get("Content-Encoding"):
            return response
        body, damage = decoded(response)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        flags = [flag for flag in response.flags if flag != BAD_CODING]
        if damage:
            flags.append(BAD_CODING)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        changed: dict[str, Any] = {"body": body, "headers": headers, "flags": flags}
        if issubclass(kind, TextResponse):
            changed["encoding"] = None
        if isinstance(response, TextResponse):
            # Scrapy's own name for it: without it the coded bytes' charset is guessed first.
            response._cached_benc = "latin-1"  # noqa: SLF001
        return response.replace(cls=kind, **changed)


def is_badly_coded(response: Response) -> bool:
    """Whether a content coding cannot be undone; what `decoded` gives is kept for its next call."""
    if not response.body or b"Content-Encoding" not in response.headers:
        return False
    _DECODED[response] = found = decoded(response)
    return bool(found[1])


def decoded(response: Response) -> tuple[bytes, list[str]]:
    """Return the body of a response without its content codings, and what is wrong with them."""
    found = _DECODED.pop(response, None)
    if found is not None:
        return found
    values = response.headers.getlist("Content-Encoding")
    return decode(response.body, tuple((b"Content-Encoding", value) for value in values))
