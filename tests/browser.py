"""Where a browser is on this machine, and how one is got: Playwright's own, else the system's.

`python -m tests.browser` is a part of set-up: it gets one where that is possible and says in one
sentence where it is not, which is an error in CI only. Tests ask `browser_path()` and skip without.
It never touches a browser that is there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from crawler.chromium import browser_path

# Playwright's own download is 170 MB; where its host cannot be reached it gives up in seconds.
DOWNLOAD_SECONDS = 180
# apt's lists and the package (185 MB) took 31 s on two cores.
PACKAGE_SECONDS = 300


def _tried(command: list[str], seconds: int) -> bool:
    """Whether `command` ended well in time; what it prints is kept from the screen."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, timeout=seconds, capture_output=True, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _get() -> None:
    """Try each way in turn, and stop at the first that gives a browser."""
    print("setup: looking for a browser (once)", file=sys.stderr)
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _tried(playwright, DOWNLOAD_SECONDS) and browser_path():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _tried(["apt-get", "update", "-qq"], PACKAGE_SECONDS)
        package = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        _tried(package, PACKAGE_SECONDS)


def main() -> int:
    """Get a browser unless one is there or was sought in vain before; 1 where CI lacks one."""
    sought = Path(sys.prefix) / "browser-sought"
    in_ci = os.environ.get("CI") == "true"
    if browser_path() is None and (in_ci or not sought.exists()):
        _get()
        sought.touch()
        if browser_path() is None:
            print(
                "setup: no browser could be had, so tests that draw pages are skipped; "
                "with one installed (on Debian as root: apt-get install chromium) they run",
                file=sys.stderr,
            )
    return 1 if in_ci and browser_path() is None else 0


if __name__ == "__main__":
    sys.exit(main())
