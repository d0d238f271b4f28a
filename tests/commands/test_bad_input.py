"""What a user can get wrong: one clear sentence, the remedy, exit code 1, nothing lost."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from crawler.commands import portals
from crawler.jobs.outcomes import OUTCOMES
from crawler.loopback import free_port
from tests.conftest import ROOT

COMMANDS = sorted(
    path.stem for path in ROOT.glob("crawler/commands/*.py") if path.stem != "__init__"
)


def one_sentence(done):
    """The one line that a failed command shows."""
    assert done.returncode in {outcome.code for outcome in OUTCOMES} - {0}
    (line,) = done.stderr.splitlines()
    assert line.startswith("scrapy: ")
    return line


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does_with_an_example(bench, command):
    done = bench.run(command, "-h")
    assert done.returncode == 0
    assert f"scrapy {command}" in " ".join(done.stdout.split())
    assert "Example" in done.stdout


def test_an_unknown_spider(bench):
    assert "known are" in one_sentence(bench.run("crawl", "sectoins"))


def test_an_unknown_portal(bench):
    assert "ziyang" in one_sentence(bench.run("crawl", "sections", "-a", "portal=ziyan"))


def test_an_argument_that_is_not_known(bench):
    assert "prtal=ziyang" in one_sentence(bench.run("crawl", "sections", "-a", "prtal=ziyang"))


def test_a_number_that_is_none(bench):
    done = bench.run("capture", "http://127.0.0.1:1/", DOWNLOAD_DELAY="abc")
    assert "DOWNLOAD_DELAY is 'abc'" in one_sentence(done)
    assert not bench.archive.exists()


def test_a_queue_of_scrapys_own_is_not_what_a_run_goes_on_with(bench):
    done = bench.run(
        "crawl", "sections", "-a", "portal=ziyang", "-s", f"JOBDIR={bench.folder / 'queue'}"
    )
    assert "JOBDIR is not used" in one_sentence(done)
    assert done.returncode == 2
    assert not (bench.folder / "queue").exists()


def test_a_registry_without_a_portal(bench):
    empty = bench.folder / "empty.toml"
    empty.write_text("", encoding="utf-8")
    for command in (("portals", "check", empty), ("crawl", "sections", "-a", f"registry={empty}")):
        assert str(empty) in one_sentence(bench.run(*command))


def test_a_page_that_is_not_there(bench, site):
    line = one_sentence(bench.run("capture", f"{site.url}no-such-page.html"))
    assert "answered 404: archived, no item" in line


def test_items_of_another_kind_in_a_table_of_reports(bench, site):
    spider = bench.folder / "plain.py"
    spider.write_text(
        "import scrapy\n\n\nclass Plain(scrapy.Spider):\n"
        f"    name = 'plain'\n    start_urls = ['{site.url}']\n\n"
        "    def parse(self, response):\n"
        "        yield {'a': 1}\n        yield {'a': 2}\n",
        encoding="utf-8",
    )
    done = bench.run("runspider", spider, "-O", bench.folder / "plain.parquet")
    line = one_sentence(done)
    assert "items not written: 2" in line
    assert "write .jsonl or .csv" in line
    assert "Traceback" not in (bench.folder / "log.txt").read_text(encoding="utf-8")


def test_a_reader_that_has_seen_enough_ends_the_list_without_a_word(bench):
    list_portals = shlex.join(bench.arguments("portals"))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{list_portals} | head -n 1"],
        cwd=ROOT,
        env=bench.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_portals_name_moves_no_terminal_and_makes_no_line(capsys):
    organ = SimpleNamespace(name="云泽市\x1b[2J\n甲", region_code=None, level="county")
    portal = SimpleNamespace(id="a", organ=organ, sections=(), home="http://a.example/")
    assert portals._line(portal) == "a\t云泽市\\u001b[2J 甲\t-\tcounty\t0\thttp://a.example/"


def test_a_log_in_json_is_json_in_a_file_too(bench, site):
    bench.run("capture", f"{site.url}no-such-page.html", LOG_JSON="1")
    log = (bench.folder / "log.txt").read_text("utf-8")
    assert "begins" in {json.loads(line)["message"].rpartition(" ")[2] for line in log.splitlines()}


def test_no_portal_at_all(bench):
    assert "portal=" in one_sentence(bench.run("crawl", "sections"))


def test_an_unreadable_registry(bench):
    broken = bench.folder / "broken.toml"
    broken.write_text("[[portal]\n", encoding="utf-8")
    for name in (broken, bench.folder / "missing.toml"):
        done = bench.run("crawl", "sections", "-a", f"registry={name}")
        assert str(name) in one_sentence(done)


def test_an_archive_folder_that_cannot_be_written(bench, site):
    (bench.folder / "file").write_bytes(b"")
    place = (bench.folder / "file" / "archive").as_uri()
    done = bench.run("crawl", "sections", "-a", f"url={site.url}", ARCHIVE_URL=place)
    assert "archive" in one_sentence(done)


def test_a_host_that_does_not_answer(bench):
    feed = bench.folder / "items.jsonl"
    feed.write_text("old\n", encoding="utf-8")
    address = f"http://127.0.0.1:{free_port()}/"
    for command in (("crawl", "sections", "-a", f"url={address}"), ("capture", address)):
        line = one_sentence(bench.run(*command, "-O", feed, "-s", "RETRY_ENABLED=0"))
        assert "127.0.0.1" in line
        assert "again" in line
        assert "connection refused" in line
    assert "Traceback" not in (bench.folder / "log.txt").read_text(encoding="utf-8")
    assert feed.read_text(encoding="utf-8") == "old\n"


def test_a_private_address_is_refused_unless_allowed(bench, site):
    done = bench.run("capture", site.url, PRIVATE_NETWORKS_ALLOWED="")
    assert "127.0.0.1" in one_sentence(done)


def test_an_address_that_is_none(bench):
    assert "http" in one_sentence(bench.run("capture", "www.example.gov.cn"))


def test_a_file_that_is_no_warc(bench):
    feed = bench.folder / "items.jsonl"
    feed.write_text("old\n", encoding="utf-8")
    for content in (b"%PDF-1.4 no WARC", b""):
        wrong = bench.folder / "wrong.warc"
        wrong.write_bytes(content)
        assert "wrong.warc" in one_sentence(bench.run("reparse", wrong, "-O", feed))
    assert feed.read_text(encoding="utf-8") == "old\n"
    assert not feed.with_name("items.jsonl.part").exists()


def test_what_is_no_warc_in_a_folder_is_named_and_the_rest_is_read(bench, crawled):
    mixed = bench.folder / "mixed"
    mixed.mkdir()
    for path in crawled.archive.glob("*.warc.gz"):
        shutil.copy(path, mixed)
    (mixed / "empty.warc.gz").write_bytes(b"")
    (mixed / "junk.warc.gz").write_bytes(b"%PDF-1.4 no WARC")
    done = bench.run("reparse", mixed, "-O", bench.folder / "items.jsonl")
    assert done.returncode == 1
    damage, summary = done.stderr.splitlines()
    log = (bench.folder / "log.txt").read_text("utf-8")
    for name in ("empty.warc.gz", "junk.warc.gz"):
        assert log.count(f"{mixed / name}, byte 0: no WARC file at all; the rest is read") == 1
    assert f"{mixed / 'empty.warc.gz'}, byte 0: no WARC file at all and 1 other place" in damage
    assert " 2 damaged records, " in summary
    assert len(bench.lines("items.jsonl")) == len(crawled.lines("live.jsonl"))


def test_an_archive_command_on_a_folder_that_holds_none(bench):
    empty, missing = bench.folder / "empty", bench.folder / "missing"
    empty.mkdir()
    assert "name the torn file" in one_sentence(bench.run("archive", "repair", empty))
    (empty / "manifest").mkdir()
    assert "WARC" in one_sentence(bench.run("archive", "verify", empty))
    assert str(missing) in one_sentence(bench.run("archive", "push", missing))
    assert not missing.exists()


def test_an_archive_that_is_not_there(bench):
    for missing in (bench.folder / "missing.warc.gz", bench.folder / "missing"):
        assert "missing" in one_sentence(bench.run("reparse", missing))


def test_a_folder_without_archives(bench):
    assert "WARC" in one_sentence(bench.run("reparse", bench.folder))


def test_a_second_document_is_not_appended_to_a_first(bench, crawled):
    feed = bench.folder / "items.parquet"
    feed.write_bytes(b"old")
    for command in (
        ("reparse", crawled.archive, "-o", feed),
        ("capture", "http://127.0.0.1:1/", "-o", feed),
    ):
        assert "use -O" in one_sentence(bench.run(*command))
    assert feed.read_bytes() == b"old"


def test_a_feed_that_cannot_be_written(bench, crawled):
    (bench.folder / "file").write_bytes(b"")
    feed = bench.folder / "file" / "items.jsonl"
    assert "cannot be written" in one_sentence(bench.run("reparse", crawled.archive, "-O", feed))


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "a/b"])
def test_a_share_that_is_none(bench, share):
    done = bench.run("reparse", "x", "--shard", share)
    assert done.returncode == 2
    assert "write it as 1/4" in done.stderr
