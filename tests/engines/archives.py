"""Files of an archive as tools write them and disks damage them."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime, timedelta

from crawler.archive import records as warc
from crawler.archive.capture import Drawing, Exchange
from parsers.items import Context

_BEGUN = datetime(2026, 1, 2, 3, tzinfo=UTC)


def page(number, host="www.yunze.gov.cn", body=None, drawn=None):
    """An exchange of a report, its record and the metadata record beside it."""
    organ = f"云泽市第{number}街道办事处"
    html = (
        body
        or (
            f"<html><body><h1>{organ}2023年政府信息公开工作年度报告</h1>"
            f"<p>一、概述</p><p>{organ}收到申请{number + 3}件，答复{number + 2}件。</p>"
            f"<p>{'本年度依法公开信息，按时答复。' * 30}</p></body></html>"
        ).encode()
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    answer = head + b"Content-Length: %d\r\n\r\n" % len(html) + html
    url = f"http://{host}/{number}.html"
    context = Context(requested_url=url, depth=1, link_text=str(number))
    begun = _BEGUN + timedelta(seconds=number)
    request = b"GET / HTTP/1.1\r\n\r\n"
    return Exchange(url, request, answer, begun, 0.2, "127.0.0.1", context, drawn=drawn)


def packed(*exchanges):
    return b"".join(warc.pack(each).data for each in exchanges)


def one_member(data):
    """The file with all its records in one gzip member, as careless tools write it."""
    return gzip.compress(gzip.decompress(data), 1)


def damaged(data):
    """The file with some bytes overwritten in its middle."""
    middle = len(data) // 2
    return data[:middle] + bytes(40) + data[middle + 40 :]


def nested(data):
    """The file with, in a record of its own, an archive whose bytes stand there as they are."""
    inner = packed(*(page(number, "inner.example") for number in range(50, 56)))
    stored = io.BytesIO()
    with gzip.GzipFile(fileobj=stored, mode="wb", compresslevel=0) as member:
        member.write(
            b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:7>\r\n"
            b"WARC-Target-URI: http://www.yunze.gov.cn/a.warc.gz\r\n"
            b"WARC-Date: 2026-01-02T03:04:05Z\r\n"
            b"Content-Type: application/http;msgtype=response\r\n"
        )
        block = b"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n" + inner
        member.write(b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(block), block))
    return packed(page(1)) + stored.getvalue() + data


PAGES = [page(number) for number in range(12)]
DRAWN = page(20, drawn=Drawing(b"<html><body><p>drawn</p></body></html>"))
FILES = {
    "gzip": packed(*PAGES),
    "plain": gzip.decompress(packed(*PAGES)),
    "one member": one_member(packed(*PAGES)),
    "damaged": damaged(packed(*PAGES)),
    "nested": nested(packed(*PAGES)),
    "drawn": packed(*PAGES[:3], DRAWN, *PAGES[3:5], DRAWN),
}


def write(folder, data):
    folder.mkdir(exist_ok=True)
    path = folder / ("a.warc.gz" if data[:1] == b"\x1f" else "a.warc")
    path.write_bytes(data)
    return path
