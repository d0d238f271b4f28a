"""How the crawl came to a request, read from its `meta`: the content of the metadata record.

Scrapy's own keys (`redirect_urls`, `depth`, the Referer header) and ours (`portal`, `section`,
`link_text`, `via`, `attached_to`, `embedded_in`). Redirected and retried requests inherit them.
Never changes a request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.items import AttachedTo, Context

if TYPE_CHECKING:
    from scrapy import Request


def context_of(request: Request) -> Context:
    """Return the context of `request`; what its `meta` does not say is None."""
    meta = request.meta
    redirects = tuple(meta.get("redirect_urls", ()))
    referer = request.headers.get(b"Referer")
    via = meta.get("via") or (referer.decode("latin-1") if referer else None)
    attached = meta.get("attached_to")
    depth = meta.get("depth")
    return Context(
        requested_url=redirects[0] if redirects else request.url,
        redirects=redirects,
        via=via,
        depth=depth if isinstance(depth, int) else None,
        portal=_text(meta.get("portal")),
        section=_text(meta.get("section")),
        link_text=_text(meta.get("link_text")),
        attached_to=attached if isinstance(attached, AttachedTo) else None,
        embedded_in=_text(meta.get("embedded_in")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
