"""How runs end: real crawls of loopback portals, each with its exit code and its JSON line."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest

from crawler.jobs.runs import Runs
from tests.jobs.runs import crawl, registry, scrapy
from tests.site.frame import Answer, html, note
from tests.site.portals import families
from tests.site.server import serve

PORTAL = families()[0]


def answers_of(changed=None):
    """The pages of a small portal, some of them changed."""
    found = PORTAL.answers({"@HOST@": "h", "@FARM@": "f"})
    changed = changed or {}

    def answer(method, target, form, fields):
        return changed.get(target) or found(method, target, form, fields)

    return answer


def one(tmp_path, answer=None, **settings):
    with serve(answer=answer or answers_of()) as site:
        return crawl(tmp_path, ["yunze"], registry(tmp_path, {"yunze": site.host}), **settings)


def runs_of(tmp_path):
    return Runs(f"sqlite:///{tmp_path}/archive/spool/runs.sqlite").all("yunze")


def test_a_run_that_found_all_is_done_and_its_line_has_the_figures(tmp_path):
    with serve(answer=answers_of()) as site:
        book = registry(tmp_path, {"yunze": site.host})
        code, line, said = crawl(tmp_path, ["yunze"], book)
        again, second, _ = crawl(tmp_path, ["yunze"], book)
    assert (code, line["outcome"]) == (0, "done"), said
    (portal,) = line["portals"]
    figures = portal["figures"]
    assert portal["portal"] == "yunze"
    assert figures["new"] == figures["listed"] == len(PORTAL.reports)
    assert figures["years"] == list(range(2008, 2013))
    assert figures["requests"] == PORTAL.fewest
    assert figures["bytes"] > 1000
    assert figures["failed"] == {"robots forbidden": 1}
    assert figures["disk_free"] > 0
    assert sum(figures["checks"].values()) > 0
    assert (again, second["outcome"]) == (0, "done")
    later = second["portals"][0]["figures"]
    assert (later["new"], later["listed"]) == (0, len(PORTAL.reports))
    assert later["unchanged"] >= len(PORTAL.reports)
    assert [run.outcome for run in runs_of(tmp_path)] == ["done", "done"]
    assert [run.alarms for run in runs_of(tmp_path)] == [(), ()]


def test_a_portal_without_reports_where_some_were_expected(tmp_path):
    empty = html(note("政府信息公开", "本栏目暂无内容。"))
    code, line, said = one(tmp_path, answers_of({"/zfxxgk/": empty, "/": empty}))
    assert (code, line["outcome"]) == (3, "nothing_found"), said
    assert runs_of(tmp_path)[0].said == (said_of(line),)


def said_of(line):
    (sentence,) = line["said"]
    return sentence


def test_a_firewall_blocks(tmp_path):
    challenge = Answer(b"<script>document.cookie='__jsl_clearance=1'</script>", status=521)
    code, line, said = one(tmp_path, answers_of({"/": challenge}))
    assert (code, line["outcome"]) == (4, "blocked"), said
    assert line["portals"][0]["figures"]["challenges"] == 1


def test_robots_that_forbid_the_home_page_block(tmp_path):
    robots = Answer(b"User-agent: *\nDisallow: /\n", "text/plain")
    code, line, said = one(tmp_path, answers_of({"/robots.txt": robots}))
    assert (code, line["outcome"]) == (4, "blocked"), said


def test_a_portal_that_does_not_answer_is_unreachable(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{closed.getsockname()[1]}"
        code, line, said = crawl(tmp_path, ["yunze"], registry(tmp_path, {"yunze": host}))
    assert (code, line["outcome"]) == (8, "unreachable"), said


def test_outside_its_hours_a_portal_is_postponed(tmp_path):
    # Two windows of a minute that no day has both of: one of them is not now.
    windows = ("03:00-03:01", "15:00-15:01")
    found = [one(tmp_path, CRAWL_HOURS=hours)[:2] for hours in windows]
    assert (9, "postponed") in [(code, line["outcome"]) for code, line in found]


@pytest.mark.parametrize(
    "settings",
    [{"DOWNLOAD_DELAY": "soon"}, {"ARCHIVE_URL": "ftp://a/b"}, {"RUNS_URL": "mysql://a/b"}],
    ids=lambda given: next(iter(given)),
)
def test_settings_that_cannot_be_used(tmp_path, settings):
    code, line, said = one(tmp_path, **settings)
    assert (code, line["outcome"]) == (2, "bad_settings"), said
    assert next(iter(settings)) in said_of(line)
    assert not (tmp_path / "archive" / "spool" / "runs.sqlite").exists()


def test_an_unknown_portal_is_a_bad_setting(tmp_path):
    code, line, _ = crawl(tmp_path, ["yunzi"], registry(tmp_path, {"yunze": "127.0.0.1:1"}))
    assert (code, line["outcome"]) == (2, "bad_settings")
    assert "nearest: yunze" in said_of(line)


def test_a_file_that_the_store_refuses_is_an_upload_that_is_pending(tmp_path):
    # A folder stands where the store's manifest is to be written: crawling goes on, filing cannot.
    def answer(*asked):
        manifest = tmp_path / "archive" / "manifest"
        if manifest.is_dir() and not any(manifest.iterdir()):
            manifest.rmdir()
        if not manifest.exists():
            manifest.parent.mkdir(exist_ok=True)
            manifest.write_text("in the way", encoding="ascii")
        return answers_of()(*asked)

    code, line, said = one(tmp_path, answer)
    assert (code, line["outcome"]) == (6, "upload_pending"), said
    assert line["figures"]["waiting"] == 1
    assert line["figures"]["waiting_bytes"] > 0


def test_a_full_disk_ends_the_run_and_the_same_command_goes_on(tmp_path):
    with serve(answer=answers_of()) as site:
        book = registry(tmp_path, {"yunze": site.host})
        code, line, said = crawl(
            tmp_path, ["yunze"], book, plant=("tests.jobs.virtual", "full_disk", 4)
        )
        ended, after, _ = crawl(tmp_path, ["yunze"], book)
    assert (code, line["outcome"]) == (5, "disk_full"), said
    assert "free space and run the same command again" in said
    assert ended == 0
    assert after["job"] == line["job"]
    assert after["figures"]["new"] == len(PORTAL.reports)


class Held:
    """Answers of which one waits until it is let go, so that a run is under way surely."""

    def __init__(self, path):
        self.path, self.reached, self.go = path, threading.Event(), threading.Event()

    def __call__(self, method, target, form, fields):
        if target == self.path:
            self.reached.set()
            self.go.wait(60)
        return answers_of()(method, target, form, fields)


@pytest.mark.parametrize(("sign", "code"), [("SIGTERM", 7), ("SIGKILL", -9)])
def test_a_run_that_is_stopped_or_killed_was_interrupted_and_goes_on(tmp_path, sign, code):
    held = Held(PORTAL.reports[-1])
    with serve(answer=held) as site:
        book = registry(tmp_path, {"yunze": site.host})

        def strike():
            held.reached.wait(120)
            os.kill(int((tmp_path / "pid.txt").read_text("ascii")), getattr(signal, sign))
            held.go.set()

        striking = threading.Thread(target=strike)
        striking.start()
        ended, _, said = crawl(tmp_path, ["yunze"], book)
        striking.join()
        assert ended == code, said
        runs = Runs(f"sqlite:///{tmp_path}/archive/spool/runs.sqlite")
        runs.close_dead(tmp_path / "archive" / "spool", "2099-01-01T00:00:00Z")
        assert [run.outcome for run in runs.all()] == ["interrupted"]
        ended, line, said = crawl(tmp_path, ["yunze"], book)
    assert ended == 0, said
    first, second = runs_of(tmp_path)
    assert first.job == second.job
    assert line["portals"][0]["figures"]["new"] == len(PORTAL.reports)
    assert line["portals"][0]["figures"]["requests"] < PORTAL.fewest


def test_each_portal_of_a_run_has_an_outcome_of_its_own(tmp_path):
    empty = html(note("政府信息公开", "本栏目暂无内容。"))
    nothing = answers_of({"/": empty, "/zfxxgk/": empty})
    with serve(answer=answers_of()) as good, serve(answer=nothing) as bad:
        book = registry(tmp_path, {"good": good.host, "bad": bad.host})
        code, line, _ = crawl(tmp_path, ["good", "bad"], book)
    assert code == 3
    assert {run["portal"]: run["outcome"] for run in line["portals"]} == {
        "good": "done",
        "bad": "nothing_found",
    }


def test_what_sniff_prints_is_a_stanza_and_nothing_else(tmp_path):
    with serve(answer=answers_of()) as site:
        code, lines, said = scrapy(tmp_path, "sniff", site.url)
    assert (code, lines) == (0, []), said
    assert (tmp_path / "stdout.txt").read_text("utf-8").startswith("[[portal]]")
