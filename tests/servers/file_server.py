"""A loopback web server of files in memory, with ranges or without: `FileServer({"/a": b"…"})`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote, urlsplit

from tests.servers.serving import Served


@dataclass
class FileServer(Served):
    """Serves `files` by path; a context manager. `asked` holds the ranges that were asked for."""

    files: dict
    ranges: bool = True
    asked: list = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        told = self.server.told
        data = told.files.get(unquote(urlsplit(self.path).path))
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        told.asked.append(self.headers.get("Range"))
        if data is None:
            return self._reply(404, b"")
        if not span or not told.ranges:
            return self._reply(200, data)
        start, end = int(span[1]), min(int(span[2]), len(data) - 1)
        place = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
        return self._reply(206, data[start : end + 1], place)

    def _reply(self, status, data, headers=()):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **dict(headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


FileServer.handler = _Handler
