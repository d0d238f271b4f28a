"""The demo portal, crawled by the real command from its home page."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.site.server import Site

#: A crawl of 100 requests takes some 4 s with the start of a process; this is for a busy machine.
SECONDS = 120


def crawl(site: Site, folder: Path) -> Path:
    """Crawl a portal into `archive` and `items.jsonl` of a folder; return the feed."""
    feed = folder / "items.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "sections", "-a", f"url={site.url}",
         "-O", str(feed), "-s", f"LOG_FILE={folder / 'log.txt'}"],
        cwd=ROOT,
        env={
            **os.environ,
            "ARCHIVE_URL": (folder / "archive").as_uri(),
            "REGISTRY": str(site.registry(folder)),
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "DOWNLOAD_DELAY": "0",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return feed
