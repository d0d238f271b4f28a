"""A real cluster of dask.distributed on loopback: a scheduler and workers that speak TLS alone.

The workers run in a folder of their own without the project on their path: they have what it needs,
as machines elsewhere would.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.authority import certificate

if TYPE_CHECKING:
    from pathlib import Path

#: A scheduler is up in 2 s; a busy machine may need a minute.
_SECONDS = 120


@dataclass
class Cluster:
    """A scheduler and `size` workers; a context manager. `url` is the scheduler's."""

    folder: Path
    size: int = 2
    environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate, self.key = certificate(self.folder, name="cluster")
        told = self.folder / "scheduler.json"
        self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--protocol", "tls",
            "--no-dashboard", "--no-show", "--scheduler-file", str(told),
        )  # fmt: skip
        self.url = self._url(told)
        self.workers = [self._worker(number) for number in range(self.size)]
        return self

    def __exit__(self, *_):
        self._stack.close()

    @property
    def options(self):
        """The words of a command that is to use it."""
        return (
            "--engine", "dask", "--scheduler", self.url, "--tls-ca", self.certificate,
            "--tls-cert", self.certificate, "--tls-key", self.key,
        )  # fmt: skip

    @property
    def configuration(self):
        """The same as dask's own configuration, in the environment."""
        tls = "DASK_DISTRIBUTED__COMM__TLS__"
        return {
            f"{tls}CA_FILE": self.certificate,
            f"{tls}CLIENT__CERT": self.certificate,
            f"{tls}CLIENT__KEY": self.key,
        }

    def _worker(self, number):
        files = self.folder / f"files-{number}"
        return self._start(
            "worker", self.url, "--no-nanny", "--nthreads", "1", "--no-dashboard",
            "--memory-limit", "0", "--local-directory", str(files),
        )  # fmt: skip

    def _start(self, what, *words):
        tls = ("--tls-ca-file", self.certificate, "--tls-cert", self.certificate)
        command = [sys.executable, "-m", "dask", what, *words, *tls, "--tls-key", self.key]
        keep = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        log = self._stack.enter_context((self.folder / f"{what}.log").open("ab"))
        process = subprocess.Popen(
            command, cwd=self.folder, env={**keep, **self.environment}, stdout=log, stderr=log
        )
        self._stack.callback(_end, process)
        return process

    def _url(self, told):
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError, ValueError):
                return json.loads(told.read_text("utf-8"))["address"]
            time.sleep(0.05)
        said = (self.folder / "scheduler.log").read_text("utf-8", "replace")[-2000:]
        raise RuntimeError(f"the scheduler did not start: {said}")


def _end(process):
    """End a process, one that was stopped too."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
        process.kill()
    process.wait()
