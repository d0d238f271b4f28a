"""Serve a store by the command, as a user does."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager

from tests.conftest import ROOT

#: A busy machine needs a while to start Python, Datasette and pywb.
SECONDS = 180


@contextmanager
def served(*arguments, end=signal.SIGINT):
    """Serve a store by the command; give its address. It ends by a signal, and well."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "explore", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = process.stdout.readline()
        assert said.startswith("http"), process.communicate(timeout=SECONDS)[1]
        yield said.split()[0]
    finally:
        process.send_signal(end)
        _, complaints = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, complaints
