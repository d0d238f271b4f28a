"""`scrapy due` and `scrapy run-due` as a user runs them, over loopback portals."""

from __future__ import annotations

import json
import os
import signal
import threading

from crawler.jobs.runs import Runs
from tests.jobs.runs import registry, scrapy
from tests.jobs.test_outcomes import Held, answers_of
from tests.site.frame import Answer
from tests.site.server import serve


def runs_of(folder):
    found = Runs(f"sqlite:///{folder}/archive/spool/runs.sqlite").all()
    return {run.portal: run.outcome for run in found}


def told(folder, book, *more, **settings):
    """Run `run-due`; return its exit code, its summary and what it said."""
    code, lines, said = scrapy(
        folder, "run-due", "--logs", str(folder / "logs"), *more, REGISTRY=str(book), **settings
    )
    return code, lines[-1] if lines else {}, said


def test_what_is_due_is_run_once_and_each_portals_items_go_to_their_own_feed(tmp_path):
    challenge = Answer(b"<script>document.cookie='__jsl_clearance=1'</script>", status=521)
    with serve(answer=answers_of()) as good, serve(answer=answers_of({"/": challenge})) as walled:
        book = registry(tmp_path, {"good": good.host, "walled": walled.host})
        feed = str(tmp_path / "%(portal)s.jsonl")
        code, line, said = told(tmp_path, book, "-o", feed)
        asked = len(good.requests)
        again, second, _ = told(tmp_path, book)
        listed = scrapy(tmp_path, "due", "--all", "--json", REGISTRY=str(book))[1]
    assert (code, line["outcomes"]) == (0, {"done": 1, "blocked": 1}), said
    assert runs_of(tmp_path) == {"good": "done", "walled": "blocked"}
    items = (tmp_path / "good.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(item)["source"]["portal"] for item in items} == {"good"}
    assert "good: done, 5 new" in said
    assert (again, second["due"], len(good.requests)) == (0, 0, asked)
    assert {visit["portal"]: visit["outcome"] for visit in listed} == {
        "good": "done",
        "walled": "blocked",
    }


def test_outside_of_their_hours_portals_wait(tmp_path):
    # Two windows of a minute that no time of day is in both: one of them is not now.
    book = registry(tmp_path, {"yunze": "127.0.0.1:9"})
    windows = ("03:00-03:01", "15:00-15:01")
    found = [told(tmp_path, book, CRAWL_HOURS=hours)[1]["waiting"] for hours in windows]
    assert ["yunze"] in found


def test_each_shard_runs_its_portals_and_no_other(tmp_path):
    hosts = {f"p{number}": f"127.0.0.{number}:9" for number in range(1, 9)}
    book = registry(tmp_path, hosts)
    listed = [
        {visit["portal"] for visit in scrapy(tmp_path, "due", "--json", *told, REGISTRY=str(book),
                                             **settings)[1]}
        for told, settings in (
            (("--shard", "1/2"), {}),
            ((), {"JOB_COMPLETION_INDEX": "1", "JOB_COMPLETIONS": "2"}),
        )
    ]  # fmt: skip
    assert listed[0] | listed[1] == set(hosts)
    assert not listed[0] & listed[1]
    assert all(listed)


def test_a_run_of_all_that_is_stopped_stops_its_portals_in_order_and_they_go_on(tmp_path):
    held = Held("/zfxxgk/")
    with serve(answer=held) as site:
        book = registry(tmp_path, {"yunze": site.host})

        def strike():
            held.reached.wait(120)
            os.kill(int((tmp_path / "pid.txt").read_text("ascii")), signal.SIGTERM)
            held.go.set()

        striking = threading.Thread(target=strike)
        striking.start()
        code, line, said = told(tmp_path, book)
        striking.join()
        assert (code, line["outcomes"]) == (7, {"interrupted": 1}), said
        later = scrapy(tmp_path, "due", "--json", "--at", "2099-01-01", REGISTRY=str(book))[1]
    assert [visit["why"].partition(" job")[0] for visit in later] == ["goes on with"]


def test_bad_input_is_told_in_a_sentence(tmp_path):
    book = registry(tmp_path, {"yunze": "127.0.0.1:9"})
    for arguments, what in (
        (("due", "--at", "soon"), "write 2027-01-31"),
        (("due", "--shard", "3/2"), "write it as 1/4"),
        (("run-due", "--shard", "x"), "write it as 1/4"),
        (("due", "-s", "SCHEDULE=/none.toml"), "cannot read the schedule"),
        (("run-due", "-s", "CRAWL_HOURS=25"), "CRAWL_HOURS"),
    ):
        code, _, said = scrapy(tmp_path, *arguments, REGISTRY=str(book))
        assert (code, what in said) == (2, True), said
