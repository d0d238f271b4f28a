"""SURT: the sortable key of a URL, as indexes of web archives have it.

`http://www.a.gov.cn/xxgk/?b=2&a=1` is `cn,gov,a)/xxgk?a=1&b=2`: host backwards, `www.` gone, lower
case, query in order, session identifiers gone. Replay tools look a URL up by the key that they make
of it themselves, so the rules are those of the wayback machines; the tests hold them against the
ones that `cdxj-indexer` uses. Pure.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_PARTS = re.compile(rb"(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?")
_SCHEME = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.-]*:")
_DOUBLED = re.compile(rb"(?:https?://)*(https?://)")
_WWW = re.compile(rb"www\d*\.")
_IPV6 = re.compile(rb"\[([^\]]*)\]:?(.*)")
_PORTS = {b"http": b"80", b"https": b"443"}
# Everything visible in ASCII but "#" and "%" stands for itself.
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_PATH_SESSIONS = (
    re.compile(rb"\A(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))++\)/)([^?]+\.aspx.*)", re.IGNORECASE),
    re.compile(rb"\A(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)", re.IGNORECASE),
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"\A(.*)(?:" + name + rb")(?:&(.*))?", re.IGNORECASE)
    for name in (
        rb"jsessionid=[0-9a-zA-Z]{32}",
        rb"phpsessid=[0-9a-zA-Z]{32}",
        rb"sid=[0-9a-zA-Z]{32}",
        rb"ASPSESSIONID[a-zA-Z]{8}=[a-zA-Z]{24}",
        rb"cfid=[^&]{1,200}&cftoken=[^&]{1,200}",
    )
)
#: A host that is one number is an IPv4 address.
_ADDRESS = 0xFFFFFFFF


def surt(url: str) -> str:
    """Return the key of a URL.

    >>> surt("http://www.a.gov.cn:80/XXGK//b/../?b=2&a=1#top")
    'cn,gov,a)/xxgk?a=1&b=2'
    """
    raw = re.sub(rb"[\n\r\t]", b"", url.encode("utf-8", "surrogatepass").strip())
    if not _SCHEME.match(raw):
        raw = b"http://" + raw
    raw = _DOUBLED.sub(rb"\1", raw, count=1)
    found = _PARTS.match(raw)
    scheme, authority, path, query = found.groups() if found else (b"", None, raw, None)
    if authority is None:
        start = scheme.lower() + b":" + _escaped(_unescaped(path)).lower().removesuffix(b"/")
    else:
        start = _host(scheme, authority) + b")" + _path(path)
    return (start + _query(query)).decode()


def _host(scheme: bytes, authority: bytes) -> bytes:
    named = authority.rpartition(b"@")[2]
    found = _IPV6.fullmatch(named)
    host, port = found.groups() if found else named.partition(b":")[::2]
    host = _unescaped(host)
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    if host.isdigit():
        number = int(host) & _ADDRESS
        host = b".".join(b"%d" % (number >> shift & 255) for shift in (24, 16, 8, 0))
    host = _escaped(host.lower())
    if www := _WWW.match(host):
        host = host[www.end() :]
    key = b",".join(reversed(host.split(b".")))
    plain = not port or port == _PORTS.get(scheme.lower())
    return key if plain else key + b":" + port


def _path(path: bytes) -> bytes:
    kept: list[bytes] = []
    steps = _unescaped(path).split(b"/")[1:]
    for step in steps:
        if step == b".." and kept:
            kept.pop()
        elif step != b".":
            kept.append(step)
    last = kept.pop() if kept else b""
    joined = b"/" + b"".join(step + b"/" for step in kept if step) + last
    clean = _escaped(joined).lower()
    for session in _PATH_SESSIONS:
        clean = session.sub(rb"\1\2", clean)
    return clean[:-1] if clean.endswith(b"/") and len(clean) > 1 else clean


def _query(query: bytes | None) -> bytes:
    clean = _escaped(_unescaped((query or b"")[1:]))
    for session in _QUERY_SESSIONS:
        if found := session.fullmatch(clean):
            clean = found[1] + (found[2] or b"")
    clean = clean.lower()
    if len(clean) > 1:
        parts = sorted(tuple(part.split(b"=", 1)) for part in clean.split(b"&"))
        clean = b"&".join(b"=".join(part) for part in parts)
    return b"?" + clean if clean else b""


def _unescaped(text: bytes) -> bytes:
    """Undo percent escapes until there is nothing more to undo."""
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode()
