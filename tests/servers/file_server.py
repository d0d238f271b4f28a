"""A loopback web server of files in memory, with ranges or without: `FileServer({"/a": b"…"})`."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit


@dataclass
class FileServer:
    """Serves `files` by path; a context manager. `asked` holds the ranges that were asked for."""

    files: dict
    ranges: bool = True
    asked: list = field(default_factory=list)

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.told, self._http.daemon_threads = self, True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


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
