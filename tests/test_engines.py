"""A re-parse in parts: any cut, any order, any engine gives the items of one reading."""

from __future__ import annotations

import gc
import gzip
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from backports import zstd
from scrapy.utils.project import get_project_settings

from crawler import reparse as reparsing
from crawler.archive import records as warc
from crawler.archive.capture import Drawing, Exchange
from crawler.archive.cdxj import index_lines, write_index
from crawler.archive.locations import Counts
from crawler.archive.reader import read_captures
from crawler.engines import Lost, OneProcess
from crawler.engines.chain import misfits
from crawler.engines.manifest import Manifest
from crawler.engines.pool import Pool
from crawler.engines.progress import LOG_SECONDS, Progress
from crawler.engines.selection import Selection
from crawler.engines.shards import Shard
from crawler.engines.units import planned_files, units_of
from crawler.engines.work import Bench, Done, Job, print_of
from crawler.feeds.exporters import json_line
from crawler.feeds.lines import report_of
from crawler.registry import Registry
from crawler.reparse import Options, reparse
from parsers.errors import ArchiveError
from parsers.items import Context, DuplicateOf
from tests.conftest import ROOT, a_report

_BEGUN = datetime(2026, 1, 2, 3, tzinfo=UTC)


def page(number, host="www.yunze.gov.cn", body=None, drawn=None):
    """An exchange of a report, its record and the metadata record beside it."""
    organ = f"云泽市第{number}街道办事处"
    html = (
        body
        or (
            f"<html><body><h1>{organ}2023年政府信息公开工作年度报告</h1>"
            f"<p>一、概述</p><p>{organ}收到申请{number + 3}件，答复{number + 2}件。</p>"
            f"<p>{'本年度依法公开信息，按时答复。' * 30}</p></body></html>"
        ).encode()
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    answer = head + b"Content-Length: %d\r\n\r\n" % len(html) + html
    url = f"http://{host}/{number}.html"
    context = Context(requested_url=url, depth=1, link_text=str(number))
    begun = _BEGUN + timedelta(seconds=number)
    request = b"GET / HTTP/1.1\r\n\r\n"
    return Exchange(url, request, answer, begun, 0.2, "127.0.0.1", context, drawn=drawn)


def packed(*exchanges):
    return b"".join(warc.pack(each).data for each in exchanges)


def one_member(data):
    """The file with all its records in one gzip member, as careless tools write it."""
    return gzip.compress(gzip.decompress(data), 1)


def damaged(data):
    """The file with some bytes overwritten in its middle."""
    middle = len(data) // 2
    return data[:middle] + bytes(40) + data[middle + 40 :]


def nested(data):
    """The file with, in a record of its own, an archive whose bytes stand there as they are."""
    inner = packed(*(page(number, "inner.example") for number in range(50, 56)))
    stored = io.BytesIO()
    with gzip.GzipFile(fileobj=stored, mode="wb", compresslevel=0) as member:
        member.write(
            b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:7>\r\n"
            b"WARC-Target-URI: http://www.yunze.gov.cn/a.warc.gz\r\n"
            b"WARC-Date: 2026-01-02T03:04:05Z\r\n"
            b"Content-Type: application/http;msgtype=response\r\n"
        )
        block = b"HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n" + inner
        member.write(b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(block), block))
    return packed(page(1)) + stored.getvalue() + data


PAGES = [page(number) for number in range(12)]
DRAWN = page(20, drawn=Drawing(b"<html><body><p>drawn</p></body></html>"))
FILES = {
    "gzip": packed(*PAGES),
    "plain": gzip.decompress(packed(*PAGES)),
    "one member": one_member(packed(*PAGES)),
    "damaged": damaged(packed(*PAGES)),
    "nested": nested(packed(*PAGES)),
    "drawn": packed(*PAGES[:3], DRAWN, *PAGES[3:5], DRAWN),
}


def write(folder, data):
    folder.mkdir(exist_ok=True)
    path = folder / ("a.warc.gz" if data[:1] == b"\x1f" else "a.warc")
    path.write_bytes(data)
    return path


def in_parts(path, size, seed=0):
    """Do the units of a file in any order and prove them; return them done, in order."""
    bench = Bench(Job({}, Registry(()), Selection()))
    units = list(units_of(planned_files([str(path)], {}, Counts()), size))
    todo, done = list(units), {}
    random.Random(seed).shuffle(todo)
    while todo:
        done |= {unit.number: bench.do(unit) for unit in todo}
        ends = {number: (each.begin, each.end) for number, each in done.items()}
        todo = []
        for misfit in misfits(units, ends):
            if isinstance(misfit, Done):
                done[misfit.number] = misfit
            else:
                todo.append(misfit)
    return [done[unit.number] for unit in units]


def facts_of(done):
    prints = [each for part in done for each in part.prints]
    return sum(part.captures for part in done), prints, [d for part in done for d in part.damages]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("size", [211, 977, 4096])
def test_any_cut_of_a_file_gives_what_the_whole_gives(tmp_path, name, size):
    path = write(tmp_path / "in", FILES[name])
    counts = Counts()
    captures = list(read_captures([str(path)], counts=counts))
    whole = in_parts(path, 1 << 30)
    parts = in_parts(path, size, seed=size)
    assert len(parts) > len(whole) == 1
    assert facts_of(parts) == facts_of(whole)
    assert facts_of(whole)[0] == len(captures) > 3
    assert facts_of(whole)[2] == counts.damages


@pytest.mark.parametrize("bound", ["_BATCH", "_BATCH_BYTES"])
def test_pages_give_in_batches_what_each_gives_by_itself(tmp_path, monkeypatch, bound):
    path = write(tmp_path / "many", packed(*(page(number) for number in range(40))))
    (together,) = in_parts(path, 1 << 30)
    monkeypatch.setattr(f"crawler.engines.work.{bound}", 1)
    (alone,) = in_parts(path, 1 << 30)
    assert len(together.prints) == together.captures == 40
    assert together.part == alone.part
    assert facts_of([together]) == facts_of([alone])


def test_pages_that_unpack_to_far_more_than_their_bytes_stand_in_no_batch_together(
    tmp_path, monkeypatch
):
    bodies = [None, b"%PDF-1.4", b"%PDF-1.4", None, None, b"<p>" + b"x" * (1 << 20), None]
    pages = [page(number, body=body) for number, body in enumerate(bodies)]
    path = write(tmp_path / "some", packed(*pages))
    batches, whole = [], Bench._reports

    def noted(bench, pages, watch):
        batches.append([int(each.url[-6]) for each in pages])
        return whole(bench, pages, watch)

    monkeypatch.setattr(Bench, "_reports", noted)
    (done,) = in_parts(path, 1 << 30)
    assert batches == [[0, 1], [2], [3, 4, 5], [6]]
    assert len(done.prints) == len(bodies)


@pytest.mark.parametrize("stage", range(4))
def test_an_error_that_nobody_foresaw_names_its_page_in_the_midst_of_a_batch(
    tmp_path, monkeypatch, stage
):
    path = write(tmp_path / "in", FILES["gzip"])
    record = [each.ref for each in read_captures([str(path)])][5]
    (unit,) = units_of(planned_files([str(path)], {}, Counts()), 1 << 30)
    bench = Bench(Job({}, Registry(()), Selection()))
    staged, seen = bench._stages[stage][1], []

    def process_item(item):
        seen.append(item)
        if len(seen) > 5:
            raise ZeroDivisionError
        return type(staged).process_item(staged, item)

    monkeypatch.setattr(staged, "process_item", process_item, raising=False)
    with pytest.raises(ZeroDivisionError) as error:
        bench.do(unit)
    place = f"a.warc.gz, byte {record.offset}"
    assert error.value.__notes__ == [f"the page: http://www.yunze.gov.cn/5.html ({place})"]


def test_an_archive_inside_a_record_misleads_no_part_for_good(tmp_path):
    path = write(tmp_path / "in", FILES["nested"])
    bench = Bench(Job({}, Registry(()), Selection()))
    units = list(units_of(planned_files([str(path)], {}, Counts()), 211))
    guessed = sum(bench.do(unit).captures for unit in units)
    proved = sum(part.captures for part in in_parts(path, 211))
    assert proved < guessed


def test_a_unit_that_cannot_be_read_leaves_the_collector_as_it_was(tmp_path):
    path = write(tmp_path / "in", FILES["gzip"])
    (unit,) = units_of(planned_files([str(path)], {}, Counts()), 1 << 30)
    path.unlink()
    usual = gc.get_threshold()
    with pytest.raises(ArchiveError):
        Bench(Job({}, Registry(()), Selection())).do(unit)
    assert gc.get_threshold() == usual


def settings(feed, **other):
    made = get_project_settings()
    made.set("FEEDS", {str(feed): {"format": "jsonl", "overwrite": True}}, priority="cmdline")
    for name, value in {"REPARSE_UNIT_BYTES": 1500, "LOG_ENABLED": False, **other}.items():
        made.set(name, value, priority="cmdline")
    return made


@pytest.fixture
def archive(tmp_path):
    """Two files; the second repeats a page of the first at a host that is no organ's."""
    folder = tmp_path / "archive"
    write(folder, FILES["gzip"])
    again = [page(3, "mirror.example"), page(4, "mirror.example")]
    (folder / "b.warc.gz").write_bytes(packed(*again))
    return folder


def items(folder, archive, engine=None, monkeypatch=None, size=1500, **options):
    """Re-parse in this process; return the feed's bytes and the summary."""
    feed = folder / "items.jsonl"
    if engine is not None:
        monkeypatch.setattr(reparsing._Run, "_engine", lambda run, _: engine(run._job))
    told = Options(**{"workers": 1, "work": folder / "work", **options})
    summary = reparse([str(archive)], settings(feed, REPARSE_UNIT_BYTES=size), told)
    return feed.read_bytes(), summary


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
    run = subprocess.Popen(
        [*command, "2"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_for_units(work, run)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert not feed.exists()
    done = subprocess.run([*command, "1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["read"]["units_of_an_earlier_run"] >= 1
    assert feed.read_bytes() == items(tmp_path / "archive", archive)[0]


def wait_for_units(work, run):
    """Wait until the manifest of a run holds a unit."""
    for _ in range(6000):
        assert run.poll() is None, "it was over before it could be killed"
        for path in work.glob("*/manifest.sqlite"):
            with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as db:
                try:
                    if db.execute("SELECT COUNT(*) FROM units").fetchone()[0]:
                        return
                except sqlite3.OperationalError:  # its tables are not there yet
                    pass
        time.sleep(0.01)


def test_two_runs_of_one_work_do_not_mix(tmp_path):
    first = Manifest(tmp_path / "w")
    with pytest.raises(ArchiveError, match="another run does this very re-parse"):
        Manifest(tmp_path / "w")
    first.close()
    Manifest(tmp_path / "w").remove()


def marks(folder, reports):
    """What the manifest says of some reports, each a unit of its own."""
    manifest = Manifest(folder)
    for number, report in enumerate(reports):
        mark = print_of(report)
        line = zstd.compress(json_line(report))
        manifest.add(Done(number, prints=[mark], part=line))
    manifest.mark()
    found = {report.capture_id: report.duplicate_of for report in manifest.reports()}
    manifest.remove()
    return found


def seen(name, official, second, payload, text):
    report = a_report(capture_id=name, fetched_at=f"2024-03-01T00:00:0{second}Z", text=text * 250)
    report.source.official = official
    report.archive = type(report.archive)("a", 1, 2, name, payload)
    return report


def test_the_original_is_the_earliest_official_capture_in_any_order(tmp_path):
    reports = [
        seen("mirror", False, 1, "sha256:A", "甲"),
        seen("late", True, 3, "sha256:A", "甲"),
        seen("early", True, 2, "sha256:A", "甲"),
        seen("copy", False, 0, "sha256:B", "甲"),
        seen("other", False, 0, "sha256:C", "乙"),
    ]
    expected = {
        "mirror": DuplicateOf("early", "exact", 1.0),
        "late": DuplicateOf("early", "exact", 1.0),
        "early": None,
        "copy": DuplicateOf("early", "near", 1.0),
        "other": None,
    }
    for seed in range(4):
        random.Random(seed).shuffle(reports)
        assert marks(tmp_path / str(seed), reports) == expected


@pytest.mark.parametrize("text", ["收到申请12件", "a\ud800b", "一\r二\u2028三"])
def test_a_report_comes_back_from_its_line(text):
    report = a_report(text=text)
    assert report_of(json_line(report)) == report


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(hosts=("mirror.example",)), [3, 4]),
        (Selection(hosts=("mirror.example", "nowhere.example")), [3, 4]),
        (Selection(since="2026-01-02T03:00:10"), [10, 11]),
        (Selection(until="2026-01-01"), []),
        (Selection(until="2026-01", statuses=(200,), hosts=("mirror.example",)), [3, 4]),
        (Selection(statuses=(404,)), []),
        (Selection(kinds=("list",)), []),
        (Selection(portals=("nowhere",)), []),
    ],
)
def test_some_captures_only(tmp_path, archive, selection, numbers):
    feed, summary = items(tmp_path, archive, selection=selection)
    urls = [json.loads(line)["url"] for line in feed.splitlines()]
    assert [int(url.rpartition("/")[2].removesuffix(".html")) for url in urls] == numbers
    assert summary.read.captures == 14


PLACED = [
    Selection(hosts=("mirror.example",)),
    Selection(since="2026-01-02T03:00:10"),
    Selection(until="2026-01", statuses=(200,), hosts=("mirror.example",)),
    Selection(statuses=(404,)),
    Selection(since="2026-01-02T03:00:20"),
]


def write_an_index(folder):
    return write_index(index_lines([str(folder)]), folder / "index.cdxj")


@pytest.mark.parametrize("name", [None, *FILES])
@pytest.mark.parametrize("size", [700, 1 << 20])
def test_by_an_index_the_same_items_come_from_fewer_records(tmp_path, archive, name, size):
    if name is not None:
        (archive / "a.warc.gz").unlink()
        write(archive, FILES[name])
    for number, selection in enumerate(PLACED):
        told = {"selection": selection, "size": size}
        (archive / "index.cdxj").unlink(missing_ok=True)
        whole, scanned = items(tmp_path, archive, **told)
        write_an_index(archive)
        again, indexed = items(tmp_path, archive, **told)
        assert again == whole, (number, indexed.notes)
        assert indexed.read.captures <= scanned.read.captures
        if name is None:
            assert (indexed.notes, indexed.indexed, scanned.indexed) == ([], 2, 0)
            assert indexed.read.captures == len(whole.splitlines())


def append(archive):
    (archive / "a.warc.gz").write_bytes(FILES["gzip"] + packed(page(13)))


def shift(archive):
    (archive / "a.warc.gz").write_bytes(packed(page(30)) + FILES["gzip"])


def cut(archive):
    (archive / "a.warc.gz").write_bytes(FILES["gzip"][:-3000])


def exchange_first(archive):
    """Another exchange of as many bytes in place of the first."""
    data = bytearray(FILES["gzip"])
    data[10:40] = bytes(30)
    (archive / "a.warc.gz").write_bytes(bytes(data))


def leave_out(archive):
    lines = (archive / "index.cdxj").read_bytes().splitlines(keepends=True)
    kept = (line for line in lines if b'"a.warc.gz"' not in line)
    (archive / "index.cdxj").write_bytes(b"".join(kept))


def move_one(archive):
    """The offset of one capture in the index is another's."""
    lines = (archive / "index.cdxj").read_bytes().splitlines(keepends=True)
    offsets = [json.loads(line.split(b" ", 2)[2])["offset"] for line in lines]
    lines[3] = lines[3].replace(offsets[3].encode(), offsets[5].encode())
    (archive / "index.cdxj").write_bytes(b"".join(lines))


@pytest.mark.parametrize("fault", [append, shift, cut, exchange_first, leave_out, move_one])
def test_an_index_that_is_stale_is_named_and_not_believed(tmp_path, archive, fault):
    write_an_index(archive)
    fault(archive)
    everything = Selection(since="2026")
    by_index, told = items(tmp_path, archive, selection=everything)
    (note,) = told.notes
    assert "a.warc.gz is read whole: " in note
    assert told.indexed == 1
    (archive / "index.cdxj").unlink()
    whole, scanned = items(tmp_path, archive, selection=everything)
    assert by_index == whole
    assert told.read.damages == scanned.read.damages


def test_what_is_no_index_is_one_sentence(tmp_path, archive):
    (archive / "index.cdxj").write_bytes(b"no index\n")
    with pytest.raises(ArchiveError, match=r"index\.cdxj is no CDXJ index: make it anew"):
        items(tmp_path, archive, selection=Selection(since="2026"))


def in_shards(folder, archive, count, **told):
    """What the run of the whole gives when shards were there before, and their summaries."""
    made = settings(folder / "none.jsonl")
    made.set("FEEDS", {}, priority="cmdline")
    before = [
        reparse(
            [str(archive)],
            made,
            Options(**{"workers": 1, "work": folder / "work", "shard": Shard(n, count), **told}),
        )
        for n in range(1, count + 1)
    ]
    return *items(folder, archive, **told), before


@pytest.mark.parametrize("name", [None, *FILES])
def test_shards_and_the_run_that_puts_them_together_give_the_whole(tmp_path, archive, name):
    if name is not None:
        (archive / "a.warc.gz").unlink()
        write(archive, FILES[name])
    whole, alone = items(tmp_path, archive)
    again, summary, shards = in_shards(tmp_path, archive, 3)
    assert again == whole
    assert summary.resumed == summary.units == alone.units
    assert sum(shard.bytes for shard in shards) == alone.bytes
    assert [shard.units for shard in shards] == [
        len(Shard(n, 3).own(alone.units)) for n in (1, 2, 3)
    ]
    assert list((tmp_path / "work").iterdir()) == []


def test_a_shard_that_never_ran_is_done_by_the_run_of_the_whole(tmp_path, archive, monkeypatch):
    whole, _ = items(tmp_path, archive)
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "1")
    made = settings(tmp_path / "none.jsonl")
    made.set("FEEDS", {}, priority="cmdline")
    shard = Shard.read("job/3")
    assert shard == Shard(2, 3)
    reparse([str(archive)], made, Options(workers=1, work=tmp_path / "work", shard=shard))
    again, summary = items(tmp_path, archive)
    assert again == whole
    assert 0 < summary.resumed < summary.units


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0", "job/2", "１/2"])
def test_a_shard_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.delenv("JOB_COMPLETION_INDEX", raising=False)
    with pytest.raises(ArchiveError, match=f"--shard {text}"):
        Shard.read(text)


def test_progress_tells_what_is_done_and_what_is_left():
    now = [0.0]
    terminal = io.StringIO()
    progress = Progress(terminal, lambda: now[0])
    progress.begin(10_000_000)
    progress.add(2_000_000, 100, 90, 0, before=True)
    assert terminal.getvalue() == ""
    now[0] = 2.0
    progress.add(4_000_000, 200, 180, 1)
    assert progress.line == "60 %, 300 records, 2.0 MB/s, 270 items, 1 errors, 0:02 left"
    assert terminal.getvalue().endswith(f"[############........] {progress.line}\x1b[K")
    progress.clear()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_log_gets_a_line_now_and_then(caplog):
    now = [0.0]
    progress = Progress(None, lambda: now[0])
    progress.begin(100)
    caplog.set_level("INFO")
    for second in (1.0, LOG_SECONDS, LOG_SECONDS + 1):
        now[0] = second
        progress.add(10, 1, 1, 0)
    assert [record.message.partition(",")[0] for record in caplog.records] == ["20 %"]
