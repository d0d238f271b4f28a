"""What a user can get wrong: one clear sentence, the remedy, exit code 1, nothing lost."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import ROOT

COMMANDS = sorted(
    path.stem for path in ROOT.glob("crawler/commands/*.py") if path.stem != "__init__"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def one_sentence(done):
    """The one line that a failed command shows."""
    assert done.returncode == 1
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
