"""The demo portal's archive, crawled once a session; the command as a user runs it; other tools."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.site.server import serve

#: Where other tools may be: beside the interpreter, in an environment of their own, on the PATH.
#: pywb cannot be beside it: it brings another module of the name brotli.
TOOLS = (
    os.environ.get("ARCHIVE_TOOLS", ""),
    str(Path(sys.executable).parent),
    str(ROOT / ".venv" / "checkers" / "bin"),
    os.environ.get("PATH", ""),
)
SECONDS = 120


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


@pytest.fixture(scope="session")
def archive():
    """Return a function that runs `scrapy archive …` to its end."""

    def run(*arguments, **environment):
        keep = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return subprocess.run(
            [sys.executable, "-m", "scrapy", "archive", *map(str, arguments)],
            cwd=ROOT,
            env={**keep, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def crawled_demo(tmp_path_factory):
    """The archive of a crawl of the demo portal; no test writes into it."""
    folder = tmp_path_factory.mktemp("demo")
    with serve() as site:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "sections", "-a", f"url={site.url}",
             "-O", str(folder / "items.jsonl"), "-s", f"LOG_FILE={folder / 'log.txt'}"],
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
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "archive"


@pytest.fixture
def demo(crawled_demo, tmp_path):
    """A copy of the demo portal's archive that a test may spoil."""
    return Path(shutil.copytree(crawled_demo, tmp_path / "archive"))


def summary(done):
    """What a command with --json said."""
    return json.loads(done.stdout)
