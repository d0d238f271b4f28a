"""Run real spiders in a process of their own, with the project's settings and no stages."""

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPIDER = Path(__file__).with_name("walker.py")


class Crawl:
    """One archive, and the command that crawls into it."""

    def __init__(self, folder, *imports):
        self.folder, self.imports = folder, imports
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
        self.status = fork_server(*self.imports).run(told, seconds)
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
    """A process that has imported Scrapy and forks for every run: `tests.archive.forks`.

    Several threads may run commands at once.
    """

    def __init__(self, *imports):
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.archive.forks", *imports],
            cwd=ROOT,
            env=environment({"OPENBLAS_NUM_THREADS": "1"}),  # a fork takes no thread along
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # what it runs can be ended with it
        )
        self._numbers, self._ended, self._said = itertools.count(), {}, threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self):
        for line in self._server.stdout:
            number, status = map(int, line.split())
            with self._said:
                self._ended[number] = status
                self._said.notify_all()
        with self._said:
            self._server.wait()
            self._said.notify_all()

    def run(self, told, seconds=120):
        """Run one command; return its exit code. A run that hangs ends the server and fails."""
        with self._said:
            number = next(self._numbers)
            self._server.stdin.write(json.dumps({**told, "number": number}) + "\n")
            self._server.stdin.flush()
            self._said.wait_for(lambda: number in self._ended or not self.alive, seconds)
            if number not in self._ended:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._server.pid, signal.SIGKILL)
            assert number in self._ended, f"not over after {seconds} s: {told['args']}"
            return self._ended.pop(number)

    @property
    def alive(self):
        return self._server.poll() is None

    def close(self):
        """End the server."""
        self._server.stdin.close()
        self._server.wait(10)
        self._listener.join(10)
        self._server.stdout.close()


_servers, _starting = {}, threading.Lock()


def fork_server(*imports):
    """Return the server of this process; a new one where a run that hung has ended it.

    `imports` are modules that it has besides what every run imports.
    """
    with _starting:
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
