"""What servers do that they should not, by name: the answer, and the one verdict it must get.

A verdict is the ledger's reason code, "status N" where the answer is whole and no page, or
"answered" for a page. The lists of wpull's bad server and of reliability.md, 2b, are covered.
"""

from __future__ import annotations

import gzip
import zlib

import brotli
from backports import zstd

from tests.archive.answers import answer, chunked
from tests.servers.wire_server import CLOSE, RESET

HTML = b"Content-Type: text/html; charset=utf-8"
CHUNKED = b"Transfer-Encoding: chunked"
TITLE = "云泽市2023年政府信息公开工作年度报告"
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><p>收到申请12件。</p></body></html>".encode()
)
#: 64 KiB, sent again and again by what does not end.
_PIECE = b"x" * 65536
_ENDLESS = [_PIECE] * 80
_FOREVER = 60.0
_GZIP = gzip.compress(PAGE * 9, mtime=0)
_ZEROS = bytes(100 << 20)


def _gzip(body: bytes) -> bytes:
    return answer(body, HTML, b"Content-Encoding: gzip")


def _moved(to: bytes, status: bytes = b"302 Found") -> bytes:
    return answer(b"", b"Location: " + to, status=status)


def _slow(*pieces: bytes) -> list[object]:
    return [step for piece in pieces for step in (piece, 0.4)] * 60


def _layers(count: int) -> bytes:
    body = PAGE
    for _ in range(count):
        body = gzip.compress(body, 1, mtime=0)
    return body


def _charset(named: bytes, written: str) -> bytes:
    return answer(PAGE.decode().encode(written), b"Content-Type: text/html; charset=" + named)


def _busy(value: bytes, status: bytes = b"503 Busy") -> bytes:
    return answer(b"later", b"Retry-After: " + value, status=status)


HEAD = b"HTTP/1.1 200 OK\r\n"
#: Servers that hold their connection until the crawl gives up: few, since each costs a time-out.
SLOW: dict[str, tuple[object, str]] = {
    "no answer": ([_FOREVER], "timeout"),
    "head without end, slowly": ([HEAD, *_slow(b"X-A: 1\r\n")], "timeout"),
    "body without end, slowly": (
        [HEAD + HTML + b"\r\nContent-Length: 9999\r\n\r\n", *_slow(b"x")],
        "timeout",
    ),
    "chunks without end, slowly": (
        [HEAD + HTML + b"\r\n" + CHUNKED + b"\r\n\r\n", *_slow(b"1\r\nx\r\n")],
        "timeout",
    ),
}
ENDLESS: dict[str, tuple[object, str]] = {
    "headers without end": ([HEAD, *[b"X-Header: " + b"x" * 1000 + b"\r\n"] * 1500], "too_big"),
    "interim answers without end": ([b"HTTP/1.1 102 Wait\r\n\r\n" * 3000] * 10, "too_big"),
    "body without end": ([HEAD + HTML + b"\r\n\r\n", *_ENDLESS], "too_big"),
    "chunks without end": (
        [HEAD + HTML + b"\r\n" + CHUNKED + b"\r\n\r\n", *[b"10000\r\n" + _PIECE + b"\r\n"] * 80],
        "too_big",
    ),
    "length of a petabyte": ([HEAD + b"Content-Length: 1" + b"0" * 15 + b"\r\n\r\nx"], "too_big"),
    "one header of megabytes": ([HEAD + b"X: ", *_ENDLESS], "bad_http"),
    "status line without end": ([b"HTTP/1.1 200 ", *_ENDLESS], "bad_http"),
    "location of megabytes": ([b"HTTP/1.1 302 Found\r\nLocation: /", *_ENDLESS], "bad_http"),
    "trailers without end": (
        [HEAD + CHUNKED + b"\r\n\r\n1\r\nx\r\n0\r\n", *[b"X: " + b"y" * 1000 + b"\r\n"] * 200],
        "data_loss",
    ),
    "chunk extension without end": ([HEAD + CHUNKED + b"\r\n\r\n1;a=", *_ENDLESS], "data_loss"),
}
LENGTHS: dict[str, tuple[object, str]] = {
    "length too long": (
        [answer(PAGE, HTML, b"Content-Length: 99999", length=False), CLOSE],
        "data_loss",
    ),
    "length too short": ([answer(PAGE, HTML, b"Content-Length: 40", length=False), CLOSE], "page"),
    "length below zero": (answer(PAGE, HTML, b"Content-Length: -1", length=False), "bad_http"),
    "length of letters": (answer(PAGE, HTML, b"Content-Length: abc", length=False), "bad_http"),
    "two lengths": (answer(PAGE, HTML, b"Content-Length: 3"), "bad_http"),
    "one length twice": (answer(PAGE, HTML, b"Content-Length: %d" % len(PAGE)), "page"),
    "length and chunks": (
        answer(chunked(PAGE, 50), HTML, CHUNKED, b"Content-Length: 5", length=False),
        "page",
    ),
    "last chunk missing": (
        [answer(chunked(PAGE, 50)[:-20], HTML, CHUNKED, length=False), CLOSE],
        "data_loss",
    ),
    "chunk cut": ([answer(b"ff\r\nabc", HTML, CHUNKED, length=False), CLOSE], "data_loss"),
    "chunk size of letters": (
        [answer(b"zz\r\n" + PAGE, HTML, CHUNKED, length=False), CLOSE],
        "data_loss",
    ),
    "chunk size below zero": (
        [answer(b"-5\r\n" + PAGE, HTML, CHUNKED, length=False), CLOSE],
        "data_loss",
    ),
    "no length": ([answer(PAGE, HTML, length=False), CLOSE], "page"),
    "nothing": (answer(b"", HTML), "answered"),
    "204 with a body": (answer(PAGE, HTML, status=b"204 None"), "status 204"),
    "two answers to one request": (answer(PAGE, HTML) + answer(b"another", HTML), "page"),
}
CODINGS: dict[str, tuple[object, str]] = {
    "half a gzip": (_gzip(_GZIP[: len(_GZIP) // 2]), "bad_coding"),
    "gzip of a wrong checksum": (_gzip(_GZIP[:-8] + b"\0\0\0\0" + _GZIP[-4:]), "bad_coding"),
    "gzip that is none": (_gzip(PAGE), "bad_coding"),
    "gzip of two members": (
        _gzip(gzip.compress(PAGE[:60], mtime=0) + gzip.compress(PAGE[60:], mtime=0)),
        "page",
    ),
    "gzip and garbage": (_gzip(gzip.compress(PAGE, mtime=0) + b"\0" * 9), "page"),
    "forty gzips": (
        answer(_layers(40), HTML, b"Content-Encoding: " + b", ".join([b"gzip"] * 40)),
        "bad_coding",
    ),
    "gzip said twice, done once": (
        answer(_layers(1), HTML, b"Content-Encoding: gzip", b"content-encoding: gzip"),
        "bad_coding",
    ),
    "unknown coding": (answer(PAGE, HTML, b"Content-Encoding: xyz"), "bad_coding"),
    "half a brotli": (
        answer(brotli.compress(PAGE * 9)[:40], HTML, b"Content-Encoding: br"),
        "bad_coding",
    ),
    "half a zstd": (
        answer(zstd.compress(PAGE * 9)[:40], HTML, b"Content-Encoding: zstd"),
        "bad_coding",
    ),
    "half a deflate": (
        answer(zlib.compress(PAGE * 9)[:40], HTML, b"Content-Encoding: deflate"),
        "bad_coding",
    ),
    "gzip bomb": (_gzip(gzip.compress(_ZEROS, mtime=0)), "bad_coding"),
    "brotli bomb": (
        answer(brotli.compress(_ZEROS, quality=1), HTML, b"Content-Encoding: br"),
        "bad_coding",
    ),
    "zstd bomb": (answer(zstd.compress(_ZEROS), HTML, b"Content-Encoding: zstd"), "bad_coding"),
}
del _ZEROS
REDIRECTS: dict[str, tuple[object, str]] = {
    "redirect to itself": (_moved(b"{self}"), "self_redirect"),
    "redirect there and back": (_moved(b"{self}/back"), "self_redirect"),
    "redirects without end": (_moved(b"{self}/on"), "redirect_loop"),
    "redirect to a file": (_moved(b"file:///etc/hostname"), "bad_redirect"),
    "redirect to data": (_moved(b"data:text/html,x"), "bad_redirect"),
    "redirect to a script": (_moved(b"javascript:alert(1)"), "bad_redirect"),
    "redirect to half an address": (_moved(b"http://[::1"), "bad_redirect"),
    "redirect to a port of letters": (_moved(b"http://127.0.0.1:port/"), "bad_redirect"),
    "redirect to nowhere": (answer(b"", status=b"302 Found"), "status 302"),
    "redirect in GBK": (_moved("/年报".encode("gbk")), "status 404"),
    "redirect to another port": (_moved(b"http://127.0.0.1:9/"), "other_port"),
    "redirect to a private address": (_moved(b"http://10.0.0.1/"), "robots_unreachable"),
    "refresh without end": (
        [answer(b'<meta http-equiv="refresh" content="0;url=/bad/0"><p>x</p>', HTML)],
        "answered",
    ),
}
STATUSES: dict[str, tuple[object, str]] = {
    "404": (answer(b"gone", HTML, status=b"404 Gone"), "status 404"),
    "500": (answer(b"down", HTML, status=b"500 Down"), "status 500"),
    "503": (answer(b"down", HTML, status=b"503 Down"), "status 503"),
    "799": (answer(b"?", HTML, status=b"799 Odd"), "status 799"),
    "304 that nobody asked for": (answer(b"", status=b"304 Same", length=False), "status 304"),
    "firewall's 412": (answer(b"<script>x</script>", HTML, status=b"412 No"), "status 412"),
    "firewall's 521": (answer(b"<script>x</script>", HTML, status=b"521 "), "status 521"),
    "login": (answer(b"<input type=password>", HTML, status=b"401 Who"), "status 401"),
    "busy for a second": ({1: _busy(b"1"), 2: answer(PAGE, HTML)}, "page"),
    "busy until yesterday": (_busy(b"Wed, 21 Oct 2015 07:28:00 GMT"), "status 503"),
    "busy for ever since": (_busy(b"-5"), "status 503"),
    "busy soon": (_busy(b"soon", b"429 Many"), "status 429"),
    "busy, no time": (answer(b"later", status=b"429 Many"), "status 429"),
}
FORMS: dict[str, tuple[object, str]] = {
    "no HTTP": ([b"220 ftp ready\r\n\r\n", CLOSE], "bad_http"),
    "HTTP 0.9": ([PAGE, CLOSE], "bad_http"),
    "garbage": ([bytes(range(1, 250)), CLOSE], "bad_http"),
    "closed at once": ([CLOSE], "bad_http"),
    "reset at once": ([RESET], "bad_http"),
    "reset in the status line": ([b"HTTP/1.", 0.1, RESET], "bad_http"),
    "reset in the head": ([HEAD + b"Content-Le", 0.1, RESET], "bad_http"),
    "reset in the body": ([answer(PAGE[:20], b"Content-Length: 999"), 0.1, RESET], "bad_http"),
    "closed in the head": ([HEAD + b"Content-Le", CLOSE], "bad_http"),
    "NUL in a header": (answer(PAGE, HTML, b"X-A: a\0b"), "page"),
    "header without a colon": (answer(PAGE, HTML, b"No colon here"), "page"),
    "header in GBK": (answer(PAGE, HTML, b"X-A: " + "年报".encode("gbk")), "page"),
    "header with a blank": (answer(PAGE, HTML, b"X-A : 1", b" folded"), "page"),
    "headers twice": (answer(PAGE, HTML, HTML, b"ETag: 1", b"ETag: 2"), "page"),
    "line feeds alone": (answer(PAGE, HTML).replace(b"\r\n", b"\n"), "page"),
    "HTTP 1.0": ([answer(PAGE, HTML).replace(b"/1.1", b"/1.0", 1), CLOSE], "page"),
    "300 cookies": (answer(PAGE, HTML, *[b"Set-Cookie: a%d=1" % n for n in range(300)]), "page"),
}
CONTENTS: dict[str, tuple[object, str]] = {
    "GBK that is called UTF-8": (_charset(b"utf-8", "gb18030"), "page"),
    "UTF-8 that is called GBK": (_charset(b"gbk", "utf-8"), "page"),
    "UTF-16 without a name": (_charset(b"", "utf-16"), "page"),
    "charset that is none": (_charset(b"no-such", "gb18030"), "page"),
    "HTML that is called PDF": (answer(PAGE, b"Content-Type: application/pdf"), "page"),
    "PDF that is none": (answer(b"%PDF-1.7\nx", b"Content-Type: application/pdf"), "answered"),
    "NUL in the page": (answer(PAGE.replace(b"<body>", b"<body>\0\0"), HTML), "page"),
    "bytes that are no text": (answer(bytes(range(256)) * 9, HTML), "answered"),
    "error that is called 200": (answer("页面不存在".encode(), HTML), "answered"),
}
BEHAVIOURS = {
    **SLOW, **ENDLESS, **LENGTHS, **CODINGS, **REDIRECTS, **STATUSES, **FORMS, **CONTENTS,
}  # fmt: skip


def path_of(name: str) -> str:
    """Return the path under which a behaviour is served: one without another as its beginning."""
    return f"/bad/{list(BEHAVIOURS).index(name)}"


def answers_of(name: str) -> dict[str, object]:
    """Return the answers of a behaviour by path; `{self}` is its own path."""
    path = path_of(name)
    steps = BEHAVIOURS[name][0]
    if isinstance(steps, bytes):
        steps = steps.replace(b"{self}", path.encode())
    found = {path: steps}
    if name == "redirect there and back":
        found[f"{path}/back"] = _moved(path.encode())
    if name == "redirects without end":
        for hop in range(20):
            found[f"{path}{'/on' * hop}"] = _moved(f"{path}{'/on' * (hop + 1)}".encode())
    return found
