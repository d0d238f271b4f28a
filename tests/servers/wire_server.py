"""A loopback HTTP server that sends what it is told, byte for byte, and logs both directions.

`WireServer(answers)` answers a path with bytes, or with a list of steps: bytes to send, a number of
seconds to wait, `CLOSE` to drop the connection, `RESET` to drop it hard. `log` holds, an exchange
each, the path and the true bytes received and sent. With `tls=(certificate, key)` it speaks HTTPS,
by a context that `change` may change.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSE = object()
RESET = object()
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone"


@dataclass
class Logged:
    """One exchange as it was on the wire."""

    path: str
    request: bytes
    response: bytes = b""


@dataclass
class WireServer:
    """A server of set answers; use it as a context manager."""

    answers: dict
    tls: tuple[str, str] | None = None
    change: Callable | None = None
    log: list[Logged] = field(default_factory=list)

    def __enter__(self):
        self._over = False
        self._lock = threading.Lock()
        self._times = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._connections, self._threads = [], []
        if self.tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*self.tls)
            if self.change:
                self.change(self._context)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"
        self._start(self._accept)
        return self

    def __exit__(self, *_):
        self._over = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)

    def hits(self, path=None):
        """Return how many requests came, of a path or by path."""
        found = Counter(each.path for each in self.log)
        return found if path is None else found[path]

    def _start(self, run, *args):
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        while not self._over:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connections.append(connection)
            self._start(self._serve, connection)

    def _serve(self, raw):
        with contextlib.suppress(OSError, ssl.SSLError), raw:
            stream = self._context.wrap_socket(raw, server_side=True) if self.tls else raw
            with stream:
                while request := _read_request(stream):
                    path = request.split(b" ", 2)[1].decode("latin-1")
                    logged = Logged(path, request)
                    with self._lock:
                        self.log.append(logged)
                    if not self._answer(stream, logged):
                        return

    def _answer(self, stream, logged):
        """Play the answer of a path; return whether the connection goes on."""
        steps = self._steps(logged.path)
        for step in steps:
            if isinstance(step, bytes):
                stream.sendall(step)
                logged.response += step
            elif step is CLOSE or step is RESET:
                if step is RESET:
                    linger = struct.pack("ii", 1, 0)
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return False
            else:
                end = time.monotonic() + step
                while time.monotonic() < end and not self._over:
                    time.sleep(0.02)
        return True

    def _steps(self, path):
        answer = self.answers(path) if callable(self.answers) else self.answers.get(path, NOT_FOUND)
        if isinstance(answer, dict):
            with self._lock:
                self._times[path] += 1
                answer = answer[min(self._times[path], max(answer))]
        return answer if isinstance(answer, list) else [answer]


def _read_request(stream):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next((int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = stream.recv(65536)
        if not piece:
            return b""
        data += piece
        body += piece
    return data
