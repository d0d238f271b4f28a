"""The demo portal's archive, crawled once a session; the command as a user runs it; other tools."""

import io
import json
import os
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy.cmdline import execute

from tests.conftest import ROOT
from tests.site.crawled import crawl
from tests.site.server import serve

#: Where other tools may be: beside the interpreter, in an environment of their own, on the PATH.
#: pywb cannot be beside it: it brings another module of the name brotli.
TOOLS = (
    os.environ.get("ARCHIVE_TOOLS", ""),
    str(Path(sys.executable).parent),
    str(ROOT / ".venv" / "checkers" / "bin"),
    os.environ.get("PATH", ""),
)


@pytest.fixture(scope="session")
def tool():
    """Return the path of another project's program; in CI one that is missing is a failure."""

    def find(name):
        path = shutil.which(name, path=os.pathsep.join(filter(None, TOOLS)))
        if path is None and os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must not go without it")
        if path is None:
            pytest.skip(f"needs {name}: pip install it into .venv/checkers")
        return path

    return find


@dataclass
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def archive(monkeypatch):
    """Return a function that runs `scrapy archive …` in this process: starts are slow."""
    monkeypatch.chdir(ROOT)

    def run(*arguments):
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        err = io.StringIO()
        before = dict(os.environ)
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            execute(["scrapy", "archive", *map(str, arguments)])
        os.environ.clear()
        os.environ.update(before)
        return Done(ended.value.code or 0, out.buffer.getvalue().decode(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def crawled_demo(tmp_path_factory):
    """The archive of a crawl of the demo portal; no test writes into it."""
    folder = tmp_path_factory.mktemp("demo")
    with serve() as site:
        crawl(site, folder)
    return folder / "archive"


@pytest.fixture
def demo(crawled_demo, tmp_path):
    """A copy of the demo portal's archive that a test may spoil."""
    return Path(shutil.copytree(crawled_demo, tmp_path / "archive"))


def summary(done):
    """What a command with --json said."""
    return json.loads(done.stdout)
