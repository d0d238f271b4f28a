"""Commands as a user runs them: in a process of their own, against the demo portal on loopback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.archive.conftest import _end_fork_servers
from tests.conftest import ROOT
from tests.site.server import serve

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["_end_fork_servers"]

#: A command that hangs must not hang the suite: the slowest takes some 8 s on two busy cores.
SECONDS = 300

#: The last line of a run on a terminal: what came of it.
CLOSING = re.compile(r"scrapy: \d+ exchanges?, .*\d items?, .*\d\.\d s\n\Z")


@dataclass
class Bench:
    """A folder with an archive of its own, and the commands run on it."""

    folder: Path
    registry: Path | None = None

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def environment(self):
        keep = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **keep,
            "ARCHIVE_URL": self.archive.as_uri(),
            "REGISTRY": str(self.registry or ""),
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "DOWNLOAD_DELAY": "0",
            "PYTHONPATH": str(ROOT),
        }

    def arguments(self, *arguments):
        log = self.folder / "log.txt"
        quiet = ["-s", f"LOG_FILE={log}"]
        return [sys.executable, "-m", "scrapy", *map(str, arguments), *quiet]

    def run(self, *arguments, **environment):
        """Run a command; `stderr` is what is said but the closing line, which is in `closing`."""
        done = subprocess.run(
            self.arguments(*arguments),
            cwd=ROOT,
            env={**self.environment(), **environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        closing = CLOSING.search(done.stderr)
        done.closing = closing[0] if closing else ""
        done.stderr = done.stderr.removesuffix(done.closing)
        return done

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            self.arguments(*arguments),
            cwd=ROOT,
            env={**self.environment(), **environment},
            stderr=subprocess.PIPE,
            text=True,
        )

    def lines(self, name):
        return (self.folder / name).read_bytes().splitlines()


@pytest.fixture(scope="session")
def site():
    with serve() as portal:
        yield portal


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture(scope="session")
def crawled(site, tmp_path_factory):
    """The whole demo portal, crawled once from its home page into every format."""
    folder = tmp_path_factory.mktemp("crawled")
    bench = Bench(folder, site.registry(folder))
    feeds = [("-O", folder / f"live.{form}") for form in ("jsonl", "parquet", "sqlite")]
    flat = [argument for feed in feeds for argument in feed]
    done = bench.run("crawl", "sections", "-a", f"url={site.url}", *flat)
    assert (done.returncode, done.stderr) == (0, "")
    return bench
