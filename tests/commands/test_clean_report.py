from __future__ import annotations

import argparse
import os
import pty
import re
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from unittest.mock import patch

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.utils.project import get_project_settings
from selectolax.lexbor import LexborHTMLParser

from crawler.archive.reader import read_captures
from crawler.clean_report import columns_of
from crawler.safe_text import safe
from parsers import cleaning
from tests.conftest import ROOT

SPAM = """<meta charset=utf-8><title>365bet体育官网-\x1b[31m甲</title><body>
<h1>365bet体育在线2014年政府信息公开工作年度报告</h1>
<p>2014年，365bet体育在线公开12条，会议于2014111日召开。\u202e倒写\x1b]0;x\x07</p>
<p>主站蜘蛛池模板: 国产精品一区| 日本高清| 久久综合| 樱花视频</p>
<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; 原文。</p>"""
ADDRESS = "http://jtj.ningde.gov.cn/a.html"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(SPAM, encoding="utf-8")
    return path


@dataclass
class Done:
    """What a run said: as a process's, but without the second that Scrapy takes to start."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capsys):
    def once(*arguments):
        command = import_module("crawler.commands.clean-report").Command()
        command.settings = get_project_settings()
        parser = argparse.ArgumentParser()
        parser.add_argument("locations", nargs="*")
        with patch.object(ScrapyCommand, "add_options"):
            command.add_options(parser)
        options = parser.parse_args([str(argument) for argument in arguments])
        capsys.readouterr()
        command.run(options.locations, options)
        return Done(command.exitcode, *capsys.readouterr())

    return once


def test_each_cut_stands_beside_what_became_of_it_with_its_rule(page, run):
    done = run(page, "--as", ADDRESS)
    assert (done.returncode, done.stderr) == (0, "scrapy: 1 page read, 1 with findings\n")
    assert "kit signature" in done.stdout
    assert "name from the registry" in done.stdout
    assert "[-365bet体育在线-]2014年" in done.stdout
    assert "{+宁德市交通运输局+}2014年" in done.stdout
    assert "{?2014111日?}" in done.stdout


def test_nothing_in_a_page_can_steer_the_terminal_or_turn_the_writing(page, run):
    done = run(page)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.stdout)
    assert "⟨U+001B⟩" in done.stdout


def test_a_terminal_gets_colours_unless_it_wants_none(page, run, monkeypatch):
    def through_a_terminal(monkeypatch, **environment):
        reader, writer = pty.openpty()
        with os.fdopen(writer, "w", encoding="utf-8") as terminal, monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", terminal)
            patched.delenv("NO_COLOR", raising=False)
            for name, value in environment.items():
                patched.setenv(name, value)
            drained = threading.Thread(target=drain, args=(reader,))
            drained.start()
            run(page)
        drained.join()
        return b"".join(shown).decode()

    shown: list[bytes] = []

    def drain(reader):
        shown.clear()
        while part := _read(reader):
            shown.append(part)
        os.close(reader)

    assert "\x1b[31;9m365bet" in through_a_terminal(monkeypatch)
    assert "\x1b" not in through_a_terminal(monkeypatch, NO_COLOR="1")


def _read(reader):
    try:
        return os.read(reader, 65536)
    except OSError:  # the other end is closed
        return b""


def test_the_html_holds_the_words_as_words_and_nothing_from_elsewhere(page, tmp_path, run):
    target = tmp_path / "cuts.html"
    done = run(page, "--html", target, "--as", ADDRESS)
    assert (done.returncode, done.stdout) == (0, "")
    tree = LexborHTMLParser(target.read_text("utf-8"))
    assert tree.css("script, img, iframe, object, [src], [href], [onclick]") == []
    assert "365bet体育在线" in [node.text() for node in tree.css("del")]
    assert "宁德市交通运输局" in [node.text() for node in tree.css("ins")]
    assert "2014111日" in [node.text() for node in tree.css("mark")]
    assert not list(tmp_path.glob("*.part"))


@pytest.fixture
def archive(tmp_path):
    """An archive of two pages, one of them with spam."""
    path = tmp_path / "two.warc"
    pages = ((ADDRESS, SPAM), ("http://www.lf.gov.cn/b.html", "<p>一、概述</p>"))
    path.write_bytes(b"".join(record(*page, number) for number, page in enumerate(pages)))
    return path


def record(url, html, number):
    """A WARC record of a response, as another tool writes it."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html.encode()
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-00000000000{number}>\r\n"
        "WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: application/http;msgtype=response\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def test_an_archive_is_read_whole_by_address_or_by_record(run, archive):
    assert run(archive).stderr == "scrapy: 2 pages read, 1 with findings\n"
    assert run(archive.parent).stderr == "scrapy: 2 pages read, 1 with findings\n"
    assert run(archive, "--url", ADDRESS).stderr == "scrapy: 1 page read, 1 with findings\n"
    record = next(read_captures([str(archive)])).ref.record_id
    assert run(archive, "--url", record).stderr == "scrapy: 1 page read, 1 with findings\n"
    done = run(archive, "--url", "http://nowhere.example/")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no capture of http://nowhere.example/ there" in done.stderr


def test_what_each_step_costs_is_told(run, archive):
    done = run(archive, "--cost")
    assert done.returncode == 0
    assert re.search(r"^needles +\d+ runs +\d+\.\d us a page$", done.stdout, re.MULTILINE)
    assert re.search(r"^all steps +2 pages +\d+\.\d us a page$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/nowhere/at/all"], "is not there: name a file"),
        ([ROOT / "deploy"], "holds neither WARC files nor pages"),
        ([ROOT / "README.md", "--html", "/nowhere/x.html"], "cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(arguments, said, run):
    done = run(*arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_rule_can_be_looked_at_alone(page, run):
    done = run(page, "--rule", "kit signature")
    assert "主站蜘蛛池模板" in done.stdout
    assert "365bet体育在线" not in done.stdout


def test_of_a_farm_a_thousand_texts_are_shown_and_the_others_counted(tmp_path, run):
    path, target = tmp_path / "farm.html", tmp_path / "cuts.html"
    path.write_text("".join(f"<p>365bet体育平台{n}。" for n in range(3000)), encoding="utf-8")
    done = run(path)
    assert "3,000 changes and doubts" in done.stdout
    assert "[substitutions] among 2,000 more texts: brand_substitution flagged: " in done.stdout
    assert "2,000 more texts" in run(path, "--rule", "brand_substitution").stdout
    assert run(path, "--rule", "kit signature").stdout == ""
    run(path, "--html", target)
    assert "2,000 more texts" in target.read_text("utf-8")


def test_a_page_that_is_not_cleaned_to_its_end_says_so(page, run, monkeypatch):
    assert "not cleaned to its end" not in run(page).stdout
    monkeypatch.setattr(cleaning, "MOST_CLEANED", 50)
    assert "not cleaned to its end: it is ten times as long as any report" in run(page).stdout


def test_signs_take_the_columns_that_a_terminal_gives_them():
    assert [columns_of(letter) for letter in "aā中，…"] == [1, 1, 2, 2, 1]
    assert safe("中\x00\u200b") == "中⟨U+0000⟩⟨U+200B⟩"
