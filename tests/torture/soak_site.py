"""Serve a site of COUNT pages, made as they are asked for: hubs of links, notices, reports.

`python -m tests.torture.soak_site COUNT` prints its port first. The home page links the hubs, each
hub its pages, so that whoever follows all links has never more than those of a hub before him.
Every tenth of these is a report, as a portal's lists, notices and files surround its reports.
"""

from __future__ import annotations

import asyncio
import math
import sys

from tests.benchmarks.server import NOT_FOUND, Server, plain_answer
from tests.site.reports import Report, body


class Site(dict[bytes, bytes]):
    """Path → the whole answer, each made when it is asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._hubs = math.isqrt(count)

    def get(self, path: bytes, default: bytes = NOT_FOUND) -> bytes:  # type: ignore[override]
        """Return the answer to a path."""
        kind, _, number = path[1:].partition(b"/")
        if path == b"/":
            return _links("hub", range(self._hubs))
        if kind == b"hub":
            return _links("page", range(int(number), self._count - self._hubs - 1, self._hubs))
        if kind != b"page":
            return default
        return _notice(int(number)) if int(number) % 10 else _report(int(number))


def _links(kind: str, numbers: range) -> bytes:
    links = "".join(f'<li><a href="/{kind}/{number}">{number}</a></li>' for number in numbers)
    return plain_answer(f"<html><body><ul>{links}</ul></body></html>".encode())


def _notice(number: int) -> bytes:
    title = f"第{number}号停水通知"
    text = f"<h1>{title}</h1><p>因管道检修，云泽市第{number}片区将停水半日，请提前蓄水。</p>"
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return plain_answer(f"<html>{head}<body>{text}</body></html>".encode())


def _report(number: int) -> bytes:
    organ = f"云泽市第{number + 1}街道办事处"
    asked = 10 + number % 90
    report = Report("", organ, 2023, "narrative", asked, asked // 2, "2024-01-20")
    head = f'<head><meta charset="utf-8"><title>{report.title}</title></head>'
    page = f"<html>{head}<body><h1>{report.title}</h1>{body(report)}</body></html>"
    return plain_answer(page.encode())


async def main(count: int) -> None:
    """Serve until killed."""
    Server.answers = Site(count)
    listening = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
