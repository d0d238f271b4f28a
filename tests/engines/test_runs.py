"""A run over units: any order, a worker that dies, a run that is broken off give the same items."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from crawler import reparse as reparsing
from crawler.archive.reader import read_captures
from crawler.engines import Lost, OneProcess
from crawler.engines.pool import Pool
from crawler.engines.selection import Selection
from parsers.errors import ArchiveError
from tests.conftest import ROOT
from tests.engines.archives import FILES, packed, page
from tests.engines.runs import items


class Backwards(OneProcess):
    """Gives what it was given last first."""

    width = 1000

    def finished(self, seconds):
        self._waiting.rotate(1)
        return super().finished(seconds)


def test_the_order_in_which_units_end_does_not_show(tmp_path, archive, monkeypatch):
    forwards, summary = items(tmp_path, archive)
    assert summary.units > 4
    assert summary.duplicates == {"exact": 2}
    assert items(tmp_path, archive, Backwards, monkeypatch)[0] == forwards
    assert [json.loads(line)["url"] for line in forwards.splitlines()] == [
        capture.url for capture in read_captures([str(archive)])
    ]


class Murdered(Pool):
    """Two workers, of which one is killed as soon as it has a unit."""

    def __init__(self, job):
        super().__init__(job, 2)
        self.killed = False

    def submit(self, unit):
        super().submit(unit)
        if not self.killed:
            self.killed = True
            (victim,) = [each for each in self._workers.values() if each.unit == unit]
            os.kill(victim.process.pid, signal.SIGKILL)


def test_a_killed_worker_costs_its_unit_and_no_item(tmp_path, archive, monkeypatch):
    whole, _ = items(tmp_path, archive)
    again, summary = items(tmp_path, archive, Murdered, monkeypatch)
    assert again == whole
    assert (summary.lost, summary.errors) == (1, {"worker lost": 1})


def test_a_page_that_ends_its_worker_is_named_and_the_other_units_are_kept(
    tmp_path, archive, monkeypatch, capfd
):
    hook = (
        "from crawler.pipelines import ParseReport as stage\n"
        "whole = stage.process_item\n"
        "def process_item(self, item):\n"
        "    if item.document.page.url.endswith('/7.html'): raise LookupError\n"
        "    return whole(self, item)\n"
        "stage.process_item = process_item\n"
    )
    (tmp_path / "sitecustomize.py").write_text(hook)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(tmp_path))))
    told = r"ended with status 1; .* the error above names the page"
    with pytest.raises(ArchiveError, match=told):
        items(tmp_path, archive, workers=2)
    assert capfd.readouterr().err.count("the page: http://www.yunze.gov.cn/7.html (") == 3
    monkeypatch.delenv("PYTHONPATH")
    _, summary = items(tmp_path, archive)
    assert summary.resumed > 0


class Deadly(OneProcess):
    """Loses the worker of every unit."""

    def finished(self, seconds):
        del seconds
        return [Lost(self._waiting.popleft(), "killed by signal 9")]


def test_a_unit_that_kills_every_worker_ends_the_run_and_leaves_the_feed(
    tmp_path, archive, monkeypatch
):
    whole, _ = items(tmp_path, archive)
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz, bytes .*3 workers were lost over it"):
        items(tmp_path, archive, Deadly, monkeypatch)
    assert (tmp_path / "items.jsonl").read_bytes() == whole
    assert not list(tmp_path.glob("*.part"))


class Stopped(OneProcess):
    """Is interrupted at its third unit."""

    done = 0

    def finished(self, seconds):
        self.done += 1
        if self.done == 3:
            raise KeyboardInterrupt
        return super().finished(seconds)


def test_a_stopped_run_goes_on_where_it_stopped(tmp_path, archive, monkeypatch):
    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as patched:
        items(tmp_path, archive, Stopped, patched)
    assert not (tmp_path / "items.jsonl").exists()
    again, summary = items(tmp_path, archive)
    assert summary.resumed == 2
    whole, summary = items(tmp_path, archive)
    assert (again, summary.resumed) == (whole, 0)
    assert list((tmp_path / "work").iterdir()) == []


def test_a_run_of_the_same_work_is_refused_until_the_items_are_in_their_feed(
    tmp_path, archive, monkeypatch
):
    """It would have found its units swept under its feet; the first one's part stays, too."""
    put_in = reparsing._put_in

    async def put_in_beside_another(feeds, spider):
        with pytest.raises(ArchiveError, match="another run does this very re-parse"):
            items(tmp_path, archive)
        await put_in(feeds, spider)

    whole, _ = items(tmp_path, archive)
    monkeypatch.setattr(reparsing, "_put_in", put_in_beside_another)
    (tmp_path / "items.jsonl").unlink()
    assert items(tmp_path, archive)[0] == whole
    assert list((tmp_path / "work").iterdir()) == []


def test_units_of_another_work_are_not_taken_for_ones_own(tmp_path, archive, monkeypatch):
    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as patched:
        items(tmp_path, archive, Stopped, patched)
    assert items(tmp_path, archive, selection=Selection(kinds=("list",)))[1].resumed == 0
    (archive / "a.warc.gz").write_bytes(FILES["gzip"] + packed(page(13)))
    assert items(tmp_path, archive)[1].resumed == 0


def test_a_run_killed_whole_goes_on_by_the_same_command(tmp_path, archive):
    feed, work = tmp_path / "items.jsonl", tmp_path / "work"
    command = [
        *(sys.executable, "-m", "scrapy", "reparse", str(archive), "-O", str(feed), "--json"),
        *("--work", str(work), "-s", "REPARSE_UNIT_BYTES=1500", "--workers"),
    ]
    killing = (
        "import os, signal\n"
        "from crawler.engines.manifest import Manifest\n"
        "whole = Manifest.add\n"
        "def add(self, done):\n"
        "    whole(self, done)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Manifest.add = add\n"
    )
    (tmp_path / "sitecustomize.py").write_text(killing)
    planted = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(tmp_path)))}
    done = subprocess.run(
        [*command, "2"], cwd=ROOT, env=planted, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not feed.exists()
    done = subprocess.run([*command, "1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["read"]["units_of_an_earlier_run"] == 1
    assert feed.read_bytes() == items(tmp_path / "archive", archive)[0]
