from __future__ import annotations

import json
import signal
import time

import pytest

from crawler.archive.reader import read_captures
from tests.demo import without_duplicate_of
from tests.site.server import HERE, serve

#: With some 48 requests, a crawl of the demo portal then takes about 3 s.
SLOWLY = {"DOWNLOAD_DELAY": "0.05"}

#: Requests that the whole demo portal needs.
FEWEST = json.loads((HERE / "truth.json").read_text(encoding="utf-8"))["fewest_requests"]


def urls(lines):
    return sorted(json.loads(line)["url"].partition("/")[2].partition("/")[2] for line in lines)


def paths(lines):
    return [url.partition("/")[2] for url in urls(lines)]


def wait_for(site, process, requests):
    """Wait until the portal got so many requests of the crawl."""
    for _ in range(600):
        if len(site.requests) >= requests or process.poll() is not None:
            break
        time.sleep(0.05)
    assert process.poll() is None, "the crawl was over before it could be stopped"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_is_finished_by_the_same_command(bench, crawled, how):
    feed = bench.folder / "items.jsonl"
    feed.write_text("old\n", encoding="utf-8")
    with serve() as site:
        bench.registry = site.registry(bench.folder)
        command = ("crawl", "sections", "-a", f"url={site.url}", "-o", feed)
        process = bench.start(*command, **SLOWLY)
        wait_for(site, process, 20)
        process.send_signal(how)
        _, told = process.communicate(timeout=60)
        assert process.returncode != 0
        assert feed.read_text(encoding="utf-8") == "old\n"
        if how != signal.SIGKILL:
            assert "run the same command again" in told
        before = len(site.requests)
        done = bench.run(*command)
        assert (done.returncode, done.stderr) == (0, "")
        asked_again = len(site.requests) - before
    first, *items = bench.lines("items.jsonl")
    assert first == b"old"
    assert paths(items) == paths(crawled.lines("live.jsonl"))
    assert before + asked_again <= FEWEST + 5  # the one under way, and the walk's own few
    assert not feed.with_name("items.jsonl.part").exists()


def test_after_a_finished_job_the_same_command_begins_a_new_one(bench):
    feed = bench.folder / "items.jsonl"
    with serve() as site:
        command = ("capture", f"{site.url}", "-o", feed)
        assert bench.run(*command).returncode == 0
        asked = len(site.requests)
        assert bench.run(*command).returncode == 0
        assert len(site.requests) == 2 * asked
    assert len(list(bench.archive.glob("*.warc.gz"))) == 2


def test_a_capture_is_archived_and_gives_its_item(bench, crawled, site):
    item = next(
        each
        for each in map(json.loads, crawled.lines("live.jsonl"))
        if each["url"].endswith("html")
    )
    done = bench.run("capture", item["url"], "-O", bench.folder / "item.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = bench.lines("item.jsonl")
    assert json.loads(line)["capture_id"] == item["capture_id"]
    assert item["url"] in [capture.url for capture in read_captures([str(bench.archive)])]


def test_any_spider_run_in_the_project_is_archived(bench, site):
    spider = bench.folder / "plain.py"
    spider.write_text(
        "import scrapy\n\n\nclass Plain(scrapy.Spider):\n"
        f"    name = 'plain'\n    start_urls = ['{site.url}']\n\n"
        "    def parse(self, response):\n"
        "        yield {'title': response.css('title::text').get()}\n",
        encoding="utf-8",
    )
    done = bench.run("runspider", spider, "-O", bench.folder / "plain.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = bench.lines("plain.jsonl")
    assert json.loads(line)["title"]
    assert site.url in [capture.url for capture in read_captures([str(bench.archive)])]


def test_a_second_crawl_of_an_unchanged_portal_is_no_failure_and_gives_no_item(bench, site):
    bench.registry = site.registry(bench.folder)
    column = ("crawl", "sections", "-a", f"url={site.url}")
    first, second = (bench.folder / f"{name}.jsonl" for name in ("first", "second"))
    done = bench.run(*column, "-O", first)
    assert (done.returncode, done.stderr) == (0, "")
    whole = bench.lines("first.jsonl")
    assert len(whole) > 20
    assert f" {len(whole)} items, " in done.closing
    done = bench.run(*column, "-O", first, "-O", second)
    assert done.returncode == 0
    for line, left in zip(done.stderr.splitlines(), (first, second), strict=True):
        assert "nothing changed since the last run" in line
        assert line.endswith(f"`scrapy reparse {bench.archive.as_uri()} -O {left}`")
    assert " unchanged, " in done.closing
    assert bench.lines("first.jsonl") == whole
    assert second.read_bytes() == b""
    log = (bench.folder / "log.txt").read_text(encoding="utf-8")
    assert log.count("Stored") == 1
    again = bench.folder / "again.jsonl"
    done = bench.run("reparse", bench.archive, "-O", again)
    assert done.returncode == 0
    assert sorted(map(without_duplicate_of, bench.lines("again.jsonl"))) == sorted(
        map(without_duplicate_of, bench.lines("first.jsonl"))
    )


def captured(bench, url, name):
    done = bench.run("capture", url, "-O", bench.folder / name)
    assert (done.returncode, done.stderr) == (0, "")
    (item,) = map(json.loads, bench.lines(name))
    return item


@pytest.mark.parametrize("first", ["official", "copy"])
def test_a_copy_is_linked_to_the_original_of_another_run(bench, site, first):
    bench.registry = site.registry(bench.folder)
    official = f"http://{site.host}/zfxxgk/szf/zfxxgknb/202203/t20220318_1021.html"
    urls = {"official": official, "copy": official.replace("127.0.0.1", "localhost")}
    order = ["official", "copy"] if first == "official" else ["copy", "official"]
    items = {which: captured(bench, urls[which], f"{which}.jsonl") for which in order}
    assert [items[which]["source"]["official"] for which in ("official", "copy")] == [True, False]
    original = items["official"]["capture_id"]
    assert items["official"]["duplicate_of"] is None
    linked = items["copy"]["duplicate_of"]
    assert linked == (
        {"capture_id": original, "kind": "near", "similarity": 1.0} if first == "official" else None
    )
    again = bench.folder / "again.jsonl"
    assert bench.run("reparse", bench.archive, "-O", again).returncode == 0
    links = {
        item["capture_id"]: item["duplicate_of"]
        for item in map(json.loads, bench.lines(again.name))
    }
    assert links[original] is None
    assert links[items["copy"]["capture_id"]]["capture_id"] == original
