"""A site of ours in a process of its own: what it costs is not counted with what is tried."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def apart(module: str, pages: int) -> Iterator[str]:
    """Run `python -m module pages`, which prints its port first; give its URL."""
    command = [sys.executable, "-m", module, str(pages)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline().strip() if server.stdout else ""
            assert port, f"{module} did not start: run it to see why"
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
