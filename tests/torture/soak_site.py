"""Serve a site of COUNT pages, made as they are asked for: hubs of links, notices, reports.

`python -m tests.torture.soak_site COUNT` prints its port first. The home page is the first hub;
each links the next one first, then a hundred pages: Scrapy asks for the last link first, and so has
never more than those of a hub before it. Every tenth page is a report, as a portal's lists, notices
and files surround its reports.
"""

from __future__ import annotations

import asyncio
import math
import sys

from tests.benchmarks.server import NOT_FOUND, Server, plain_answer
from tests.site.reports import Report, body

_OF_A_HUB = 100


class Site(dict[bytes, bytes]):
    """Path → the whole answer, each made when it is asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._hubs = math.ceil(count / (_OF_A_HUB + 1))
        self._pages = count - self._hubs

    def get(self, path: bytes, default: bytes = NOT_FOUND) -> bytes:  # type: ignore[override]
        """Return the answer to a path."""
        kind, _, number = path[1:].partition(b"/")
        if kind in {b"", b"hub"}:
            return self._hub(int(number or 0))
        if kind != b"page":
            return default
        return _notice(int(number)) if int(number) % 10 else _report(int(number))

    def _hub(self, number: int) -> bytes:
        following = [f"/hub/{number + 1}"] if number + 1 < self._hubs else []
        first = number * _OF_A_HUB
        pages = range(first, min(first + _OF_A_HUB, self._pages))
        return _links([*following, *(f"/page/{each}" for each in pages)])


def _links(paths: list[str]) -> bytes:
    links = "".join(f'<li><a href="{path}">{path}</a></li>' for path in paths)
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
