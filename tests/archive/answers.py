"""Answers as servers give them, good and bad, by path."""

import gzip

from tests.servers.wire_server import CLOSE, RESET

PAGE = "<html><body><p>政府信息公开工作年度报告</p>%s</body></html>"


def answer(body, *headers, status=b"200 OK", length=True):
    lines = [b"HTTP/1.1 " + status, *headers]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body, size=7, extension=b""):
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = [b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces]
    return b"".join(framed) + b"0\r\nX-Trailer: 1\r\n\r\n"


HTML = b"Content-Type: text/html; charset=gbk"
CODED = gzip.compress(PAGE.replace("%s", "").encode("gbk"), mtime=0)
WHOLE = {
    "/plain": answer("年报".encode("gbk"), HTML),
    "/gzip": answer(CODED, HTML, b"Content-Encoding: gzip"),
    "/chunked": answer(
        chunked(CODED, 11, b";a=b"),
        HTML,
        b"Content-Encoding: gzip",
        b"Transfer-Encoding: chunked",
        length=False,
    ),
    "/odd": answer(b"x", HTML, b"etag: W/1", b"X-A: 1", b"x-a: 2", b"X-FOLD: a", b"\tb"),
    "/gbk-header": answer(
        b"%PDF-1.4",
        b"Content-Type: application/pdf",
        b"Content-Disposition: attachment; filename=" + "年报.pdf".encode("gbk"),
    ),
    "/bad-header": answer(b"still read", HTML, b"Cache-Control : no-cache", b"No colon here"),
    "/q?a=1&b=%E5%B9%B4": answer(b"q", HTML),
    "/none": answer(b"", status=b"204 Nichts", length=False),
    "/same": answer(b"", b"ETag: 1", status=b"304 Not Modified", length=False),
    "/post": answer(b"posted", HTML),
    "/lines": b"HTTP/1.0 200\nContent-Type: text/plain\nContent-Length: 2\n\nab",
    "/interim": b"HTTP/1.1 102 Processing\r\n\r\n" + answer(b"final", HTML),
    "/close": [answer(b"until the end", HTML, length=False), CLOSE],
    "/moved": answer(b"", b"Location: /plain2", status=b"302 Found"),
    "/plain2": answer(b"moved here", HTML),
    "/error": answer(b"down", HTML, status=b"500 Kaputt"),
}
FAILED = {
    "/short": [answer(b"x", HTML, b"Content-Length: 50", length=False), CLOSE],
    "/short-chunk": [
        answer(b"a\r\nabc", HTML, b"Transfer-Encoding: chunked", length=False),
        CLOSE,
    ],
    "/garbage": [b"nothing of HTTP\r\n\r\n", CLOSE],
    "/two-lengths": answer(b"abc", b"Content-Length: 1", b"Content-Length: 3", length=False),
    "/silent": [CLOSE],
    "/reset": [b"HTTP/1.1 200 OK\r\nContent-Le", RESET],
    "/slow": [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 8.0],
    "/large": answer(b"x" * 300_000, HTML),
}
REASONS = {
    "/short": "data_loss",
    "/short-chunk": "data_loss",
    "/garbage": "bad_http",
    "/two-lengths": "bad_http",
    "/silent": "bad_http",
    "/reset": "bad_http",
    "/slow": "timeout",
    "/large": "too_big",
}


def site(answers):
    links = "".join(f'<a href="{path.replace("&", "&amp;")}">x</a>' for path in answers)
    home = PAGE % (links + '<form action="/post"></form>')
    return {"/": answer(home.encode(), b"Content-Type: text/html; charset=utf-8"), **answers}
