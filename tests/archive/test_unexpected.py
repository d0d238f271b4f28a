"""An archive that fails in a way nobody foresaw ends the run; it never leaves a page waiting."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.site.server import serve

SPIDER = """
import scrapy
from crawler.archive.keeper import Keeper
def keep(self, batch, outcomes=()):
    raise RuntimeError("planted")
Keeper.keep = keep
class Planted(scrapy.Spider):
    name = "planted"
    start_urls = [{url!r}]
"""


def test_a_failure_nobody_foresaw_ends_the_run_with_a_sentence(tmp_path):
    spider = tmp_path / "planted.py"
    with serve() as site:
        spider.write_text(SPIDER.format(url=site.url), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "runspider", str(spider)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "ARCHIVE_URL": str(tmp_path / "archive"), "DOWNLOAD_DELAY": "0",
                 "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8"},
        )  # fmt: skip
    assert done.returncode == 1
    assert "the archive failed (RuntimeError('planted'))" in done.stderr
