"""Make the links of a page absolute as a browser would, and as site builders mean them.

Rules beyond RFC 3986, each from real portals: backslashes are slashes, a scheme-less
`www.example.gov.cn/x` means that host, `<base href>` counts (new UCAP lists resolve against it).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

_NO_PAGE = re.compile(r"\s*(?:javascript|mailto|tel|data|about|void)\b", re.IGNORECASE)
_SCHEMELESS = re.compile(r"(?:www\.[\w-]+\.|[\w.-]+\.(?:gov|com|org|net)\.cn(?:[:/]|$))", re.ASCII)
#: What stands in an address as it is; "%" opens what is escaped already.
_AS_IT_IS = "%/:=&?~#+!$,;'@()*[]|"
_SPACE = re.compile(r"[\t\r\n]+")


@lru_cache(maxsize=256)
def origin(base: str) -> str:
    """Return scheme and host of `base`, as `urljoin` keeps them; nothing where it is no address.

    >>> origin("http://a.cn/b/c.html"), origin("http://[broken/c.html")
    ('http://a.cn', '')
    """
    try:
        return urljoin(base, "/")[:-1]
    except ValueError:
        return ""


def absolute(base: str, href: str) -> str | None:
    r"""Return `href` as an absolute http(s) URL, None where it leads to no page of its own.

    >>> absolute("http://a.cn/b/c.html", "..\\\\d.pdf")
    'http://a.cn/d.pdf'
    """
    if not is_rooted(href) or not href.isprintable() or "\\" in href or href[-1] == " ":
        href = _SPACE.sub("", href).strip().replace("\\", "/")
        if not href or href.startswith("#") or _NO_PAGE.match(href):
            return None
        if _SCHEMELESS.match(href):
            href = f"http://{href}"
    try:
        url = origin(base) + href if is_rooted(href) else urljoin(base, href)
    except ValueError:  # "http://[broken"
        return None
    return url if url.startswith(("http://", "https://")) else None


def is_rooted(href: str) -> bool:
    """Whether `href` is a path from the host's root: nine links in ten of a menu are.

    So there is no need to take both addresses apart again.
    """
    return href[:1] == "/" and href[1:2] != "/" and "/." not in href


def is_of_site(href: str) -> bool:
    """Whether the address that `href` leads to is the same on every page of a host.

    >>> [is_of_site(href) for href in ("/a", "//b.cn/a", "http://b.cn", "a.html", "#", "http:a")]
    [True, True, True, False, False, False]
    """
    return href[:1] == "/" or _WHOLE.match(href) is not None


_WHOLE = re.compile(r"https?://[^/?#\\\s]")


def asked_for(url: str, charset: str) -> str:
    """Return `url`, found on a page in `charset`, as a browser asks for it.

    Its path is escaped in UTF-8, its query in the page's own charset: so a file's item and the link
    to it bear one address.

    >>> asked_for("http://a.cn/年.doc", "gb18030"), asked_for("http://a.cn/x?f=年", "gb18030")
    ('http://a.cn/%E5%B9%B4.doc', 'http://a.cn/x?f=%C4%EA')
    """
    if url.isascii():
        return url.replace(" ", "%20")
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    coding = charset if charset.lower().startswith("gb") else "utf-8"
    query = quote(parts.query, safe=_AS_IT_IS, encoding=coding, errors="replace")
    return parts._replace(path=quote(parts.path, safe=_AS_IT_IS), query=query).geturl()


def file_name(url: str) -> str:
    """Return the name of the file that `url` leads to: unescaped by UTF-8, else by GBK.

    It names no folder, shows as what it is, and its end is kept where it is too long for a disk.

    >>> file_name("http://a.cn/f/%C4%EA%B1%A8.doc"), file_name("http://a.cn/f/%E5%B9%B4.doc")
    ('年报.doc', '年.doc')
    >>> file_name("http://a.cn/..%5C%2e%2e%2f%1B.pdf")
    '.pdf'
    """
    raw = unquote_to_bytes(urlsplit(url).path.rsplit("/", 1)[-1])
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("gb18030", "replace")
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable())
    return "" if shown in (".", "..") else shown[-_LONGEST_NAME:]


#: Characters; three bytes each at most in a name of 255 bytes.
_LONGEST_NAME = 80
