"""Run real spiders in a process of their own, with the project's settings and no stages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPIDER = Path(__file__).with_name("walker.py")


class Crawl:
    """One archive, and the command that crawls into it."""

    def __init__(self, folder):
        self.folder = folder
        self.archive = folder / "archive"
        self.feed = folder / "items.jsonl"

    def command(self, url, *args, **settings):
        given = {
            "ARCHIVE_URL": str(self.archive),
            "DOWNLOAD_DELAY": "0",
            "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "LOG_LEVEL": "INFO",
            "DOWNLOAD_TIMEOUT": "3",
            **settings,
        }
        pairs = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
        return [
            sys.executable, "-m", "scrapy", "runspider", str(SPIDER),
            "-a", f"url={url}", "-O", str(self.feed), *pairs, *args,
        ]  # fmt: skip

    def start(self, url, *args, env=None, **settings):
        with (self.folder / "log.txt").open("w") as log:
            return subprocess.Popen(
                self.command(url, *args, **settings),
                cwd=ROOT,
                env=environment(env),
                stderr=log,
                stdout=subprocess.DEVNULL,
            )

    def run(self, url, *args, env=None, **settings):
        """Crawl to the end; return the log."""
        return self.run_command(self.command(url, *args, **settings), env)

    def run_command(self, command, env=None):
        """Run a command to its end; return its log."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(env),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stderr

    def items(self):
        return [json.loads(line) for line in self.feed.read_bytes().split(b"\n") if line]

    @property
    def ledger(self):
        return self.archive / "spool" / "ledger.sqlite"

    def files(self):
        return sorted(self.archive.glob("*.warc.gz"))


def environment(more=None):
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    own = {"SCRAPY_SETTINGS_MODULE": "tests.archive.settings", "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **(more or {})}


@pytest.fixture
def crawl(tmp_path):
    return Crawl(tmp_path)
