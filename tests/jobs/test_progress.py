"""How far a crawl is: on a terminal a line that moves, in a log plain lines and nothing else."""

from __future__ import annotations

import logging
import os
import pty
import re
import subprocess
import sys
import threading
from types import SimpleNamespace

from scrapy.settings import Settings
from scrapy.signalmanager import SignalManager

from crawler.engines.progress import LOG_SECONDS
from crawler.jobs.figures import Figures
from crawler.jobs.progress import ShowProgress, line_of
from tests.conftest import ROOT
from tests.jobs.runs import crawl, environment, registry
from tests.jobs.test_outcomes import answers_of
from tests.site.server import serve

LINE = re.compile(
    r"\d+ of 1 portals, \d+ lists, \d+ pages, \d+ reports, [\d.]+ MB, [\d.]+ requests/s, "
    r"(?:[\d:]+ left or more|time left unknown)"
)


def read_all(terminal, into):
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            return
        if not part:
            return
        into.append(part)


def test_on_a_terminal_a_line_moves_and_is_gone_in_the_end(tmp_path):
    # An answer takes longer than the line's step: the line is drawn however fast the machine is.
    with serve(answer=answers_of(), pause=0.6) as site:
        book = registry(tmp_path, {"yunze": site.host})
        ours, theirs = pty.openpty()
        shown: list[bytes] = []
        reading = threading.Thread(target=read_all, args=(ours, shown))
        with subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "sections", "-a", "portal=yunze"],
            cwd=ROOT, env=environment(tmp_path, REGISTRY=str(book)), stderr=theirs,
            stdout=subprocess.DEVNULL,
        ) as child:  # fmt: skip
            os.close(theirs)
            reading.start()
            assert child.wait(300) == 0
            reading.join()
        os.close(ours)
    said = b"".join(shown).decode("utf-8", "replace")
    assert LINE.search(said), said[-2000:]
    after = said.rpartition("left")[2] if "left" in said else said
    assert "\r\x1b[K" in after
    logged = [line for line in said.replace("\r\n", "\n").split("\n") if "Spider opened" in line]
    assert logged


def test_in_a_log_there_is_nothing_but_plain_lines(tmp_path):
    with serve(answer=answers_of()) as site:
        code, _, said = crawl(tmp_path, ["yunze"], registry(tmp_path, {"yunze": site.host}))
    assert code == 0
    written = said + (tmp_path / "log.txt").read_text("utf-8")
    assert not re.search(r"[\r\x1b]", written)


def test_the_log_has_a_line_each_half_minute(caplog):
    now = [0.0]
    crawler = SimpleNamespace(settings=Settings(), signals=SignalManager(), engine=None)
    crawler.get_extension = lambda _: None
    shown = ShowProgress(crawler, None, clock=lambda: now[0])
    with caplog.at_level(logging.INFO):
        for second in range(0, 100, 5):
            now[0] = float(second)
            shown.look()
    assert len(caplog.records) == 95 // LOG_SECONDS


def test_what_is_left_is_told_by_the_pace_and_unknown_before_there_is_one():
    assert line_of(Figures(), 5.0, (0, 3), 9).endswith("0.0 requests/s, time left unknown")
    assert "2:00 left or more" in line_of(Figures(requests=10), 10.0, (1, 1), 120)
