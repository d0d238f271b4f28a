"""Serve the benchmark's site from memory, gzipped, on loopback: fast enough never to be measured.

`python -m tests.benchmarks.server COUNT` prints its port first. One core serves some ten thousand
pages a second; a crawl asks for a few hundred.
"""

from __future__ import annotations

import asyncio
import gzip
import sys

from tests.benchmarks.pages import site


class Server(asyncio.Protocol):
    """HTTP/1.1 with kept connections, GET only."""

    answers: dict[bytes, bytes]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.asked = b""

    def data_received(self, data: bytes) -> None:
        self.asked += data
        while b"\r\n\r\n" in self.asked:
            head, _, self.asked = self.asked.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1]
            self.transport.write(self.answers.get(path, NOT_FOUND))  # type: ignore[attr-defined]


NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def answer(page: bytes) -> bytes:
    """Return the whole response: gzip as most portals send it, with no charset in the header."""
    coded = gzip.compress(page, 6, mtime=0)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(coded)}\r\n\r\n"
    )
    return head.encode() + coded


def plain_answer(page: bytes) -> bytes:
    """Return the whole response uncoded, as the rest send it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    return head.encode() + page


async def main(count: int) -> None:
    """Serve until killed."""
    Server.answers = {path.encode(): answer(page) for path, page in site(count).items()}
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(Server, "127.0.0.1", 0)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
