"""Make the links of a page absolute as a browser would, and as site builders mean them.

Rules beyond RFC 3986, each from real portals: backslashes are slashes, a scheme-less
`www.example.gov.cn/x` means that host, `<base href>` counts (new UCAP lists resolve against it).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin

_NO_PAGE = re.compile(r"\s*(?:javascript|mailto|tel|data|about|void)\b", re.IGNORECASE)
_SCHEMELESS = re.compile(r"(?:www\.[\w-]+\.|[\w.-]+\.(?:gov|com|org|net)\.cn(?:[:/]|$))", re.ASCII)
_SPACE = re.compile(r"[\t\r\n]+")


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Return scheme and host of `base`, as `urljoin` keeps them."""
    return urljoin(base, "/")[:-1]


def absolute(base: str, href: str) -> str | None:
    r"""Return `href` as an absolute http(s) URL, None where it leads to no page of its own.

    >>> absolute("http://a.cn/b/c.html", "..\\\\d.pdf")
    'http://a.cn/d.pdf'
    """
    href = _SPACE.sub("", href).strip().replace("\\", "/")
    if not href or href.startswith("#") or _NO_PAGE.match(href):
        return None
    if _SCHEMELESS.match(href):
        href = f"http://{href}"
    # Nine links in ten of a menu: no need to take both apart again.
    plain = href.startswith("/") and not href.startswith("//") and "/." not in href
    try:
        url = _origin(base) + href if plain else urljoin(base, href)
    except ValueError:  # "http://[broken"
        return None
    return url if url.startswith(("http://", "https://")) else None
