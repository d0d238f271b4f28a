"""Where a browser is on this machine and how it is started. Starts none; imports nothing heavy."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

# What keeps Chromium from calling home: without these it does at every start (measured).
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> Path | None:
    """Return the browser that is on this machine, Playwright's own first; None where none is."""
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    own = sorted(Path(root).glob("chromium-*/chrome-linux*/chrome"))
    found = (shutil.which(name) for name in _SYSTEM_NAMES)
    return own[-1] if own else next((Path(path) for path in found if path), None)


def launch_options(path: str | None) -> dict[str, Any]:
    """Return how Playwright starts Chromium: that at `path`, else what is on this machine.

    Root needs `--no-sandbox`; nobody else gets it.
    """
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    options: dict[str, Any] = {"headless": True, "args": arguments}
    if executable := path or browser_path():
        options["executable_path"] = str(executable)
    return options
