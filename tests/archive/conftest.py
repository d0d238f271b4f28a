"""Run real spiders in a process of their own, with the project's settings and no stages."""

import contextlib
import json
import os
import subprocess
import sys
import threading
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

    def run_command(self, command, env=None, plant=None, seconds=120):
        """Run a command to its end, a fault planted in it or none; return its log."""
        log = self.folder / "run.txt"
        told = {"args": command[3:], "env": environment(env), "log": str(log), "plant": plant}
        self.status = fork_server().run(told, seconds)
        return log.read_text("utf-8", "replace")

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


class ForkServer:
    """A process that has imported Scrapy and forks for every run: `tests.archive.forks`."""

    def __init__(self, *imports):
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.forks", *imports],
            cwd=ROOT,
            env=environment({"OPENBLAS_NUM_THREADS": "1"}),  # a fork takes no thread along
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, told, seconds=120):
        """Run one command; return its exit code. A run that hangs ends the server and fails."""
        watch = threading.Timer(seconds, self._server.kill)
        watch.start()
        try:
            self._server.stdin.write(json.dumps(told) + "\n")
            self._server.stdin.flush()
            ended = self._server.stdout.readline()
            assert ended, f"the run was not over after {seconds} s: {told['args']}"
            return int(ended)
        finally:
            watch.cancel()

    @property
    def alive(self):
        return self._server.poll() is None

    def close(self):
        """End the server."""
        self._server.stdin.close()
        self._server.stdout.close()
        self._server.wait(10)


_servers = {}


def fork_server(*imports):
    """Return the server of this process; a new one where a run that hung has ended it.

    `imports` are modules that it has besides what every run imports.
    """
    if imports not in _servers or not _servers[imports].alive:
        _servers[imports] = ForkServer(*imports)
    return _servers[imports]


def end_fork_servers():
    """End the servers of this process."""
    while _servers:
        with contextlib.suppress(BrokenPipeError):
            _servers.popitem()[1].close()


@pytest.fixture(scope="session", autouse=True)
def _end_fork_servers():
    yield
    end_fork_servers()


@pytest.fixture
def crawl(tmp_path):
    return Crawl(tmp_path)
