from __future__ import annotations

import argparse
import errno
import io
import os
import pty
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.utils.project import get_project_settings
from selectolax.lexbor import LexborHTMLParser

from crawler.archive.reader import read_captures
from crawler.clean_report import as_html, columns_of, on_terminal
from crawler.safe_text import safe
from parsers import cleaning
from parsers.cleaning.explain import Row
from parsers.extract import extract
from parsers.report import parse_report
from tests.conftest import ROOT
from tests.parsers.pages import page_of

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
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")

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
        ([ROOT / "README.md", "--html", "/nowhere/x.html"], "name a file in a folder"),
        ([ROOT / "README.md", "--html", ROOT], "is no file: name one to write to"),
        ([ROOT / "README.md", "--html", ""], "no name is no file: name one to write to"),
        ([ROOT / "README.md", "--html", "a" * 300], "File name too long"),
        ([ROOT / "README.md", "--cost", "--html", "x.html"], "leave out --html"),
        ([ROOT / "README.md", "--cost", "--rule", "date"], "leave out --html and --rule"),
        ([ROOT / "README.md", "--url", ADDRESS], "--url chooses captures of an archive"),
        ([ROOT / "README.md", "--as", "not a url"], "is no address: name the page's"),
        ([ROOT / "README.md", "--as", "http://[bad"], "is no address: name the page's"),
        ([ROOT / "README.md", "--as", "http:///a.html"], "is no address: name the page's"),
        ([ROOT / "tests", "--as", ADDRESS], "--as is the address of one"),
        ([ROOT / "tests" / "parsers", "--url", ADDRESS], "--url chooses captures of one"),
        (["a" * 300], "cannot be read (File name too long): name a file"),
        (["/dev/null"], "is neither a file nor a folder"),
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


FORGED = "<meta name='keywords\x1b[2J\u202e\n\n<b>FAKE' content='365bet体育平台1。'><p>一、概述</p>"


def test_a_name_in_the_page_moves_no_terminal_forges_no_line_and_is_no_markup(tmp_path, run):
    path, target = tmp_path / "page.html", tmp_path / "cuts.html"
    path.write_text(FORGED, encoding="utf-8")
    done = run(path, "--as", ADDRESS)
    assert "meta keywords⟨U+001B⟩[2J⟨U+202E⟩⟨U+000A⟩⟨U+000A⟩<b>FAKE: " in done.stdout
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", done.stdout)
    run(path, "--as", ADDRESS, "--html", target)
    tree = LexborHTMLParser(target.read_text("utf-8"))
    assert tree.css("b") == []
    assert "<b>FAKE" in tree.css_first("td.rule").text()


@pytest.mark.parametrize(
    "letter",
    "\x00\x07\x1b\x7f\x85\x9b\xad\u034f\u061c\u115f\u180e\u200b\u200e\u2028\u202e\u2060\u2066\u206a"
    "\u3164\ud800\udfff\ufe0f\ufeff\ufffa\U000e0041\U000e0100",
)
def test_what_steers_turns_or_is_not_seen_is_shown_as_a_sign(letter):
    assert safe(f"甲{letter}乙") == f"甲⟨U+{ord(letter):04X}⟩乙"


def test_the_columns_are_as_wide_as_the_terminal(page, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    changes = [line for line in run(page).stdout.splitlines() if " │" in line]
    assert changes
    assert all(sum(map(columns_of, line)) <= 60 for line in changes)


def test_what_is_far_from_a_change_is_left_out_and_a_long_cut_is_shortened(tmp_path, run):
    path = tmp_path / "page.html"
    far, farm = "公开信息。" * 40, "365bet体育平台" * 60
    html = f"<meta charset=utf-8><p>{far}会议于2014111日召开。{far}<p>{farm}"
    path.write_text(html, encoding="utf-8")
    said = "".join(run(path).stdout.split())
    assert "…公开信息。公开信息。公开信息。公开信息。公开信息。会议于{?2014111日?}召开。" in said
    assert f"({len(farm):,}characters)" in said
    assert far not in said


def test_a_stdout_that_has_not_all_letters_gets_them_as_escapes(page, run, monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stdout)
    assert run(page).returncode == 0
    stdout.seek(0)
    assert r"[-365bet\u4f53\u80b2" in stdout.read()


@pytest.mark.parametrize("cost", [False, True])
def test_a_stdout_that_is_closed_is_one_sentence(page, cost, monkeypatch, capsys):
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", None)
        command = import_module("crawler.commands.clean-report").Command()
        command.settings = get_project_settings()
        options = argparse.Namespace(url=None, rule=None, address="", html=None, cost=cost)
        command.run([str(page)], options)
    assert command.exitcode == 1
    assert "stdout is closed: redirect it" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_ends_it_without_a_word(page):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        command = [sys.executable, "-m", "scrapy", "clean-report", str(page)]
        done = subprocess.run(command, cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_what_is_no_file_is_never_replaced(page, tmp_path, run):
    os.mkfifo(tmp_path / "pipe")
    assert "is no file: name one to write to" in run(page, "--html", tmp_path / "pipe").stderr
    assert (tmp_path / "pipe").is_fifo()


def test_what_is_read_is_never_written_over(page, tmp_path, run):
    (tmp_path / "link.html").symlink_to(page)
    for arguments in (
        (page, "--html", page),
        (page, "--html", tmp_path / "link.html"),
        (tmp_path, "--html", page),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert "is read, or would be (" in done.stderr
    assert page.read_text("utf-8") == SPAM


def test_what_stood_there_stays_unless_the_whole_report_takes_its_place(
    page, archive, tmp_path, run
):
    kept = tmp_path / "kept.html"
    kept.write_text("kept")
    for arguments in (
        (archive, "--url", "http://nowhere.example/"),
        (page, "/nowhere/at/all"),
        (page, "--url", ADDRESS),
    ):
        assert run(*arguments, "--html", kept).returncode == 1
        assert kept.read_text() == "kept"
    (tmp_path / "link").symlink_to(kept)
    (tmp_path / "kept.html.part").write_text("a stranger's")
    assert run(page, "--html", tmp_path / "link").returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert "365bet" in kept.read_text("utf-8")
    assert sorted(path.name for path in tmp_path.glob("*.part")) == ["kept.html.part"]


def test_what_cannot_be_read_of_a_folder_is_told_and_the_rest_is_read(tmp_path, run):
    folder = tmp_path / "pages"
    (folder / "sub.html").mkdir(parents=True)
    (folder / "a.html").write_text(SPAM, encoding="utf-8")
    (folder / "sub.html" / "b.html").write_text(SPAM, encoding="utf-8")
    (folder / "c.html").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "d.html")
    for options in ((), ("--cost",)):
        done = run(folder, *options)
        assert done.returncode == 1
        assert "c.html is not there" in done.stderr
        assert ", and 1 more; the rest was read" in done.stderr
    assert "2 pages read, 2 with findings" in run(folder).stderr


def test_an_archive_that_is_torn_is_told_whatever_is_asked(archive, run):
    archive.write_bytes(archive.read_bytes()[:-40])
    for options in ((), ("--cost",)):
        done = run(archive, *options)
        assert done.returncode == 1
        assert "damaged: " in done.stderr


def test_a_package_is_an_archive_and_no_page(tmp_path, run):
    path = tmp_path / "empty.wacz"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    done = run(path)
    assert done.returncode == 1
    assert "no page there" in done.stderr


def test_a_report_that_would_be_among_what_is_read_next_time_is_refused(page, archive, run):
    folder = page.parent
    done = run(folder, "--html", folder / "cuts.html")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"is read, or would be ({folder}): name another file" in done.stderr
    (folder / "manifest").mkdir()
    assert run(folder, "--html", folder / "cuts.html").returncode == 0
    assert run(folder, "--html", folder / "cuts.html").returncode == 0
    for name in ("two.warc", "manifest/two.warc.json", "ledger.sqlite"):
        assert run(folder, "--html", folder / name).returncode == 1
        assert run(folder.as_uri(), "--html", folder / name).returncode == 1
    assert run(archive.as_uri(), "--html", archive).returncode == 1
    assert run(archive).returncode == 0


def test_what_a_link_in_a_folder_leads_to_is_never_written_over(tmp_path, page, run):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.html").symlink_to(page)
    assert run(folder, "--html", page).returncode == 1
    assert run(folder, "--html", folder / "a.html").returncode == 1
    assert page.read_text("utf-8") == SPAM


def test_the_longest_name_that_a_folder_takes_can_be_written(page, tmp_path, run):
    target = tmp_path / ("a" * 255)
    assert run(page, "--html", target).returncode == 0
    assert "365bet" in target.read_text("utf-8")


def test_how_many_more_there_are_of_a_rule_is_told_with_it(tmp_path, run):
    path = tmp_path / "farm.html"
    lines = "".join(f"<p>公开了信息第{n}条，365bet体育平台。" for n in range(1100))
    path.write_text(f"<meta charset=utf-8>{lines}", encoding="utf-8")
    assert "1,100 changes and doubts" in run(path, "--rule", "brand_substitution").stdout
    assert run(path, "--rule", "kit signature").stdout == ""


def test_a_folder_of_pages_and_archives_gives_both(page, archive, run):
    assert "3 pages read, 2 with findings" in run(page.parent).stderr
    assert "1 page read, 1 with findings" in run(page.parent, "--url", ADDRESS).stderr
    (page.parent / "empty.wacz").write_bytes(b"PK\x05\x06" + bytes(18))
    assert "3 pages read, 2 with findings" in run(page.parent).stderr


def test_what_is_no_file_among_archives_is_told_and_the_rest_is_read(archive, run):
    os.mkfifo(archive.parent / "fifo.warc")
    (archive.parent / "gone.warc.gz").symlink_to(archive.parent / "nowhere")
    (archive.parent / "folder.warc").mkdir()
    done = run(archive.parent)
    assert done.returncode == 1
    assert "fifo.warc" in done.stderr
    assert "no file that can be read, and 1 more; the rest was read" in done.stderr
    assert "2 pages read" in done.stderr


def test_links_in_a_ring_are_one_sentence(page, run):
    ring = page.parent / "ring.html"
    ring.symlink_to(ring)
    for arguments, said in (
        ((page, "--html", ring), "cannot be written"),
        ((ring, "--html", page.parent / "cuts.html"), "cannot be read"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert said in done.stderr


def test_an_error_of_reading_is_not_told_as_one_of_writing(page, run, monkeypatch):
    def broken(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    done = run(page, "--html", page.parent.parent / "cuts.html")
    assert done.returncode == 1
    assert "page.html cannot be read (Input/output error)" in done.stderr


def test_every_place_is_looked_for_before_the_first_page_is_shown(page, run):
    done = run(page, page.parent / "missing.html")
    assert (done.returncode, done.stdout) == (1, "")


def test_a_name_of_megabytes_is_not_shown_in_each_row(tmp_path, run):
    dates = "".join(
        f"公布于20{year:02}12{day}日。" for year in range(8, 24) for day in range(13, 31)
    )
    path = tmp_path / "page.html"
    name = "n" * 200_000
    html = f"<meta charset=utf-8><meta name={name} content='{dates}'><p>一、概述</p>"
    path.write_text(html, encoding="utf-8")
    assert f"meta {'n' * 20} … {'n' * 20} (200,000 characters)" in run(path).stdout
    assert len(run(path).stdout) < 20_000


HOSTILE = "甲\x1b[2J\n乙<b>"


def drawn(*rows):
    """What a report with a hostile title shows on a terminal and as HTML."""
    document = extract(page_of(""))
    report = parse_report(cleaning.clean(document, None), None)
    report.title = HOSTILE
    lines = [*on_terminal(HOSTILE, report, rows, 80, colour=True)]
    return lines, LexborHTMLParser("".join(as_html([(HOSTILE, report, rows)])))


def test_an_address_a_title_and_a_text_move_no_terminal_and_are_no_markup():
    lines, tree = drawn(Row("links", "p", (), (("cut", f"\t{HOSTILE}"),), (("put", HOSTILE),)))
    assert lines[0] == "\x1b[1m甲⟨U+001B⟩[2J⟨U+000A⟩乙<b>\x1b[0m"
    assert lines[1].startswith("  ")
    assert "甲⟨U+001B⟩[2J⟨U+000A⟩乙<b>" in lines[1]
    assert not any(letter in line for line in lines for letter in ("\n", "\t", "\x1b[2J"))
    assert tree.css("b") == []
    assert [node.text().strip() for node in tree.css("del, ins")] == ["甲⟨U+001B⟩[2J\n乙<b>"] * 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Row("script", "p", (), (("cut", "國"),), (("put", "国"),)), "simplified characters"),
        (Row("characters", "p", (), (("cut", "\u200b"),), ()), "plain characters"),
        (Row("links", "p", (), (("cut", "甲"),), (("put", "乙"),)), "follows from the above"),
        (Row("hidden", "cell", (), (("cut", "甲"),), ()), "cut with what stands around it"),
        (Row("links", "9 more texts", (), (), (), 9), "of what is told above"),
    ],
)
def test_a_row_without_a_finding_says_why(row, said):
    lines, tree = drawn(row)
    assert said in lines[2]
    assert said in tree.css_first("td.rule").text()
