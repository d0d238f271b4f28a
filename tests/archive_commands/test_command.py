"""`scrapy archive …` as a user runs it: figures, findings, sentences, exit codes."""

import html
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from crawler.archive.package import title_of
from crawler.archive.reader import read_captures
from crawler.archive.stats import count
from crawler.chromium import launch_options
from crawler.commands.archive import _TASKS
from crawler.pages import from_record
from parsers.extract.charset import decode
from tests.archive_commands.conftest import TOOLS, summary
from tests.archive_commands.writing import PLAIN, exchange, read, write_archive
from tests.conftest import ROOT, browser_or_fail_in_ci
from tests.site.crawled import SECONDS


def test_verify_says_that_all_is_good(archive, crawled_demo):
    done = archive("verify", crawled_demo)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"1 file, \d+ records, \d+ bytes: all good\n", done.stdout)


def test_verify_names_file_byte_and_reason(archive, demo):
    (path,) = demo.glob("*.warc.gz")
    place = read(path)[3].offset
    data = bytearray(path.read_bytes())
    data[place + 40] ^= 0xFF
    path.write_bytes(data)
    done = archive("verify", demo)
    assert done.returncode == 1
    assert f"{path.name}, byte {place}: damaged gzip data" in done.stdout
    said = summary(archive("verify", demo, "--json"))
    assert {"file": path.name, "offset": place, "rule": "damage"}.items() <= max(
        said["findings"], key=lambda finding: finding["rule"] == "damage"
    ).items()


def test_without_a_location_it_is_the_archive_of_the_settings(archive, crawled_demo):
    assert archive("verify", "-s", f"ARCHIVE_URL={crawled_demo}").returncode == 0
    assert archive("-s", f"ARCHIVE_URL={crawled_demo}", "verify").returncode == 0


def test_repair_cuts_and_says_so(archive, demo):
    (path,) = demo.glob("*.warc.gz")
    assert archive("repair", path).stdout == f"{path}: nothing to repair\n"
    last = read(path)[-1].offset
    path.write_bytes(path.read_bytes()[:-9])
    said = summary(archive("repair", path, "--json"))
    assert said["files"][0]["tear"]["offset"] == last
    assert said["errors"] == []


def test_repair_goes_on_behind_a_file_that_it_must_refuse(archive, demo):
    (path,) = demo.glob("*.warc.gz")
    done = archive("repair", demo / "nowhere.warc.gz", path)
    assert done.returncode == 1
    assert "nothing to repair" in done.stdout
    assert done.stderr.count("\n") == 1


def test_index_goes_to_stdout_or_to_a_file(archive, crawled_demo, tmp_path):
    target = tmp_path / "index.cdxj"
    said = summary(archive("index", crawled_demo, "-o", target, "--json"))
    assert said["lines"] == len(target.read_bytes().splitlines())
    assert archive("index", crawled_demo).stdout.encode() == target.read_bytes()


def test_package_and_stats_give_figures(archive, crawled_demo, tmp_path):
    said = summary(archive("package", crawled_demo, "-o", tmp_path / "a.wacz", "--json"))
    counted = summary(archive("stats", tmp_path / "a.wacz", "--json"))
    assert counted["records"]["response"] == said["captures"]
    assert counted["bytes"] == sum(each.stat().st_size for each in crawled_demo.glob("*.warc.gz"))
    assert next(iter(counted["statuses"])) == "200"
    assert "statuses\n" in archive("stats", crawled_demo).stdout


def test_stats_count_failures_by_reason(tmp_path):
    write_archive(
        tmp_path,
        [
            exchange(1),
            exchange(2, PLAIN[:-5], reason="timeout", truncated="time"),
            exchange(3, b"", reason="refused"),
            exchange(4, b"HTTP/1.1 404 Not Found\r\n\r\n"),
        ],
    )
    stats = count([str(tmp_path)], {})
    assert stats.failures == {"timeout": 1, "refused": 1}
    assert stats.truncated == {"time": 1}
    assert stats.statuses == {"200": 2, "404": 1}
    assert stats.records == {"warcinfo": 1, "response": 3, "request": 4, "metadata": 4}
    assert stats.hosts == {"www.a.gov.cn": 3}
    assert stats.media_types == {"text/html": 2, "none": 1}
    assert stats.first_date == "2024-01-31T08:30:00.123456Z"


def test_push_brings_in_what_a_killed_run_left(archive, tmp_path):
    place = write_archive(tmp_path, [exchange(1), exchange(2)], finish=False)
    (left,) = place.spool.glob("*.open")
    with left.open("ab") as stream:
        stream.write(b"half a record")
    said = summary(archive("push", tmp_path, "--json"))
    assert said["brought_in"] == [left.name.removesuffix(".open")]
    assert (said["waiting"], said["troubles"]) == ([], [])
    assert archive("verify", tmp_path).returncode == 0
    assert archive("push", tmp_path).stdout == "nothing waits\n"


def test_push_says_what_still_waits(archive, tmp_path):
    place = write_archive(tmp_path, [exchange(1)], finish=False)
    (left,) = place.spool.glob("*.open")
    (tmp_path / left.name.removesuffix(".open")).write_bytes(b"another file of this name")
    done = archive("push", tmp_path)
    assert done.returncode == 1
    assert "never overwritten" in done.stderr


MISTAKES = [
    (),
    ("verfy",),
    ("verify", "--no-such-option"),
    ("repair",),
    ("package", "x"),
    ("index", "--json"),
    ("replay", "--port", "x"),
]


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_a_mistake_in_the_arguments_exits_with_two(archive, arguments):
    done = archive(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


FAILURES = [
    ("verify", "nowhere.warc.gz"),
    ("verify", "nowhere/"),
    ("verify", "README.md"),
    ("index", "README.md"),
    ("stats", "nowhere.wacz"),
    ("stats", "ftp://a/b"),
    ("repair", "README.md"),
    ("package", "nowhere.warc", "-o", "nowhere/a.wacz"),
    ("push", "ftp://a/b"),
]


@pytest.mark.parametrize("arguments", FAILURES, ids=" ".join)
def test_a_failure_is_one_sentence(archive, arguments):
    done = archive(*arguments)
    assert done.returncode == 1
    assert (done.stdout + done.stderr).count("\n") <= 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("task", _TASKS)
def test_every_task_has_help_with_an_example(archive, task):
    done = archive(task, "-h")
    assert done.returncode == 0
    assert f"Example: scrapy archive {task}" in " ".join(done.stdout.split())


#: How each task that walks an archive is asked; `replay` without pywb gets as far as its index.
SHOWN = {
    "verify": ("{archive}", "--json"),
    "index": ("{archive}", "-o", "{out}.cdxj", "--json"),
    "stats": ("{archive}", "--json"),
    "package": ("{archive}", "-o", "{out}.wacz", "--json"),
    "push": ("{waiting}", "--json"),
    "repair": ("{torn}", "--json"),
}


@pytest.fixture
def told(crawled_demo, tmp_path):
    """The places that the arguments of a task name."""
    place = write_archive(tmp_path / "waiting", [exchange(1)], finish=False)
    (torn,) = place.spool.glob("*.open")
    torn = Path(shutil.copy(torn, tmp_path / "torn.warc.gz"))
    torn.write_bytes(torn.read_bytes()[:-9])
    return {
        "archive": crawled_demo, "out": tmp_path / "out", "waiting": tmp_path / "waiting",
        "torn": torn,
    }  # fmt: skip


@pytest.mark.parametrize("task", SHOWN)
def test_json_is_one_object_on_stdout_and_nothing_else(archive, told, task):
    done = archive(task, *(word.format(**told) for word in SHOWN[task]))
    assert (done.returncode, done.stderr) == (0, "")
    assert isinstance(summary(done), dict)


@pytest.mark.parametrize("task", SHOWN)
def test_progress_is_shown_on_a_terminal(archive, told, task, monkeypatch):
    """As percent of a file's bytes on stderr, taken away in the end."""
    monkeypatch.setattr("crawler.archive.progress._SECONDS", 0.0)

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("tests.archive_commands.conftest.io.StringIO", Terminal)
    done = archive(task, *(word.format(**told) for word in SHOWN[task]))
    assert done.returncode == 0
    assert re.search(r"\r[^\r]+: \d+ % of \d+ bytes\x1b\[K", done.stderr)
    assert done.stderr.endswith("\r\x1b[K")


def test_progress_is_shown_on_a_terminal_of_its_own(crawled_demo):
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "archive", "verify", str(crawled_demo), "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, timeout=SECONDS, check=True,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert re.search(r"\r\S+\.warc\.gz: \d+ % of \d+ bytes", shown)
    assert done.stdout.startswith(b"{")


def test_replay_without_pywb_says_how_to_get_it(archive, crawled_demo, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    done = archive("replay", crawled_demo)
    assert done.returncode == 1
    assert "pipx install pywb" in done.stderr


def test_replay_gives_its_address_as_json_and_its_progress_on_a_terminal(crawled_demo, tool):
    path = os.pathsep.join([str(Path(tool("wayback")).parent), *filter(None, TOOLS)])
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "archive", "replay", str(crawled_demo), "--json"],
        cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    said = json.loads(process.stdout.readline())
    assert list(said) == ["url"]
    assert urllib.request.urlopen(said["url"], timeout=30).status == 200  # noqa: S310 (loopback)
    process.send_signal(signal.SIGTERM)
    assert process.wait(SECONDS) == 0
    assert process.stdout.read() == b""
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    process.stdout.close()
    assert re.search(r"\r\S+\.warc\.gz: \d+ % of \d+ bytes", shown)
    assert shown.endswith("\r\x1b[K")


@pytest.fixture
def replayed(crawled_demo, tool):
    """The address at which pywb serves the demo portal's archive."""
    path = os.pathsep.join([str(Path(tool("wayback")).parent), *filter(None, TOOLS)])
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "archive", "replay", str(crawled_demo)],
        cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process.stdout.readline().partition(" ")[0]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        process.stdout.close()


def test_pywb_shows_every_page_of_the_demo_portal(replayed, crawled_demo):
    """What a browser gets is each page with its text, GB18030 too; a POST is asked as it was."""
    pages = 0
    (path,) = crawled_demo.glob("*.warc.gz")
    asked = {each.header("WARC-Concurrent-To"): each.block for each in read(path)
             if each.header("WARC-Type") == "request"}  # fmt: skip
    for capture in read_captures([str(crawled_demo)]):
        if capture.status != 200 or b"text/html" not in capture.head:
            continue
        stamp = re.sub(r"\D", "", capture.date[:19])
        request = as_it_was_asked(
            f"{replayed}{stamp}mp_/{capture.url}", asked[capture.ref.record_id]
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (loopback)
            body = answer.read()
        words = set(re.findall(rb">([^<>]{6,})<", from_record(capture).body))
        assert {each for each in words if each not in body} == set()
        pages += 1
    assert pages > 30


def test_a_person_sees_every_captured_page_in_a_browser(replayed, crawled_demo):
    """Chromium shows each 200 page with its text, whatever its charset and wherever it is said."""
    browser_or_fail_in_ci()
    charsets = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(None))
        shown = browser.new_page()
        for capture, page in pages_asked_for_by_get(crawled_demo):
            stamp = re.sub(r"\D", "", capture.date[:19])
            shown.goto(f"{replayed}{stamp}mp_/{capture.url}", wait_until="domcontentloaded")
            assert shown.title() == title_of(capture)
            text, charset, _ = decode(page.body, page.header("content-type"), page.body)
            seen = shown.evaluate("document.documentElement.textContent")
            stated = re.sub(r"(?is)<(script|style)\b.*?</\1>|<!--.*?-->", "", text)
            words = {html.unescape(each) for each in re.findall(r">([^<>]{6,})<", stated)}
            assert {each for each in words if each.strip() not in seen} == set()
            charsets.add(charset)
        browser.close()
    assert {"utf-8", "gb18030"} <= charsets


def pages_asked_for_by_get(archive):
    (path,) = archive.glob("*.warc.gz")
    posted = {each.header("WARC-Concurrent-To") for each in read(path)
              if each.header("WARC-Type") == "request" and each.block[:4] == b"POST"}  # fmt: skip
    for capture in read_captures([str(archive)]):
        is_page = capture.status == 200 and b"text/html" in capture.head
        if is_page and capture.ref.record_id not in posted:
            yield capture, from_record(capture)


def as_it_was_asked(url, wire):
    """Return the request for a capture: a POST has its body and its media type."""
    head, _, body = wire.partition(b"\r\n\r\n")
    if not head.startswith(b"POST"):
        return urllib.request.Request(url)  # noqa: S310 (loopback)
    (media_type,) = re.findall(rb"(?im)^content-type: *(.+?)\r?$", head)
    headers = {"Content-Type": media_type.decode()}
    return urllib.request.Request(url, body, headers)  # noqa: S310 (loopback)
