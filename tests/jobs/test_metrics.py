"""Metrics, the table for people, the JSON log: what they say, and that none breaks their form."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler import logs
from crawler.jobs import metrics, status
from crawler.jobs.figures import Figures
from crawler.jobs.runs import Alarm, Runs, begun
from crawler.registry import Portal, Registry
from parsers.errors import DisclosureError
from parsers.items import KnownOrgan


def run(portal="a", outcome="done", at="2026-02-01T00:00:00Z", **figures):
    ended = None if outcome == "running" else at
    return replace(
        begun(portal, f"{portal}-1", "", at),
        outcome=outcome,
        ended=ended,
        figures=Figures(**figures),
    )


@pytest.fixture
def settings(tmp_path):
    return {
        "ARCHIVE_URL": str(tmp_path / "archive"),
        "RUNS_URL": f"sqlite:///{tmp_path}/runs.sqlite",
    }


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_metrics_are_sums_of_the_record_and_the_last_run_of_each_portal(settings, tmp_path):
    runs = Runs(settings["RUNS_URL"])
    alarm = Alarm("zero", "a", "no result", "look at it")
    runs.enter(run(new=3, requests=9, failed={"timeout": 2}, spam={"link_farm": 1}))
    runs.enter(replace(run("a", "nothing_found", "2026-02-02T00:00:00Z"), alarms=(alarm,)))
    runs.enter(run("b", "blocked", failed={"timeout": 1, "status 403": 4}))
    runs.enter(run("c", "running"))
    spool = tmp_path / "archive" / "spool"
    spool.mkdir(parents=True)
    (spool / "x.warc.gz").write_bytes(bytes(10))
    (spool / "y.warc.gz.open").write_bytes(bytes(99))
    found = samples(metrics.text(settings))
    assert found["disclosure_up",] == 1
    assert found["disclosure_runs_total", ("outcome", "done")] == 1
    assert found["disclosure_runs_total", ("outcome", "disk_full")] == 0
    assert found["disclosure_reports_new_total",] == 3
    assert found["disclosure_requests_total",] == 9
    assert found["disclosure_failed_total", ("reason", "timeout")] == 3
    assert found["disclosure_failed_total", ("reason", "status 403")] == 4
    assert found["disclosure_alarms_total", ("monitor", "zero")] == 1
    assert found["disclosure_running",] == 1
    assert found["disclosure_upload_waiting_files",] == 1
    assert found["disclosure_upload_waiting_bytes",] == 10
    assert found["disclosure_portal_alarms", ("portal", "a")] == 1
    last = "disclosure_portal_last_run_timestamp_seconds"
    assert found[last, ("outcome", "nothing_found"), ("portal", "a")] == 1769990400
    assert found[last, ("outcome", "blocked"), ("portal", "b")] == 1769904000


def test_a_label_cannot_break_the_text_form(settings):
    Runs(settings["RUNS_URL"]).enter(run(failed={'x"} 1\ndisclosure_up 7': 1}))
    found = samples(metrics.text(settings))
    assert found["disclosure_up",] == 1
    assert found["disclosure_failed_total", ("reason", 'x"} 1\ndisclosure_up 7')] == 1


def test_a_record_that_cannot_be_read_is_told_as_down(tmp_path):
    (tmp_path / "runs").mkdir()
    found = samples(metrics.text({"RUNS_URL": f"sqlite:///{tmp_path}/runs"}))
    assert found == {("disclosure_up",): 0}


@pytest.mark.parametrize("address", ["nine", "host:", "127.0.0.1:http"])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(DisclosureError, match="is no address"):
        metrics.serve({}, address)


# --- the table for people ---


def registry(*names):
    return Registry(
        tuple(
            Portal(name, KnownOrgan(name=f"{name}市人民政府", portal=name), (f"{name}.cn",),
                   f"http://{name}.cn/")
            for name in names
        )
    )  # fmt: skip


def table(latest, *, colours=False, every=False):
    return list(status.table(status.rows(registry("a", "b"), latest, every=every), colours=colours))


def test_the_table_shows_the_last_run_in_beijing_time_and_what_to_do():
    alarm = Alarm("zero", "a", "no result", "look at it")
    latest = {"a": [replace(run(new=2, failed={"x": 1, "y": 2}), alarms=(alarm,)), run(new=9)]}
    head, line = table(latest)
    assert head.split() == "portal last run outcome new same failed alarms what to do".split()  # noqa: SIM905
    assert line.split() == [
        "a", "a市人民政府", "2026-02-01", "08:00", "done", "2", "3", "1", "look", "at", "it",
    ]  # fmt: skip


def test_columns_stand_under_one_another_whatever_the_script():
    latest = {"a": [run()], "bbbb": [run("bbbb", "blocked")]}
    lines = table(latest)
    starts = {status._width(line[: line.index(word)]) for line, word in zip(
        lines, ("outcome", "done", "blocked"), strict=True)}  # fmt: skip
    assert len(starts) == 1


def test_each_outcome_has_a_colour_and_a_file_gets_none():
    latest = {"a": [run(outcome="blocked")], "b": [run("b")]}
    coloured = table(latest, colours=True)
    assert coloured[1].startswith("\x1b[31m")
    assert coloured[2].startswith("\x1b[32m")
    assert "\x1b" not in "".join(table(latest))


def test_what_a_portal_says_cannot_move_the_cursor():
    bad = replace(run(), said=("\x1b[2Jgone\u202e\nx" + "y" * 200,))
    (_, line) = table({"a": [bad]})
    assert "\x1b" not in line
    assert "\u202e" not in line
    assert line.endswith("…")


def test_portals_never_crawled_are_shown_when_asked_for():
    assert len(table({"a": [run()]})) == 2
    assert [line.split()[0] for line in table({"a": [run()]}, every=True)[1:]] == ["a", "b"]


# --- the log as JSON ---


def line_of(message, *arguments, error=None, **extra):
    record = logging.LogRecord("crawler.x", logging.WARNING, "f", 1, message, arguments, error)
    vars(record).update(extra)
    return logs.JsonLines().format(record)


@pytest.mark.parametrize(
    "title",
    ["a\nb", "a\r\n{}", "\x1b[31mred", "\x00", "\u2028x", "\u202ebidi", "\x85", "\udc80", '"}'],
)
def test_an_event_is_one_line_whatever_a_title_holds(title):
    line = line_of("title %s", title, portal="p0")
    assert len(line.splitlines()) == 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
    line.encode("utf-8")
    event = json.loads(line)
    assert event["message"] == f"title {title}"
    assert (event["level"], event["logger"], event["portal"]) == ("warning", "crawler.x", "p0")


def test_an_error_is_told_in_the_same_line():
    try:
        int("postgresql://me:CANARY@db/x")
    except ValueError:
        line = line_of("failed", error=sys.exc_info())
    assert len(line.splitlines()) == 1
    assert "ValueError" in json.loads(line)["error"]
    assert "CANARY" not in line


def test_secrets_are_cut():
    line = line_of("%s", "{'AWS_SECRET_ACCESS_KEY': 'CANARY', 'Q': 'postgresql://a:CANARY@h/d'}")
    assert "CANARY" not in line


@pytest.mark.parametrize(("told", "on"), [("1", True), ("true", True), ("", False), ("0", False)])
def test_the_log_is_json_only_where_it_is_asked_for(told, on, tmp_path):
    before = list(logging.root.handlers)
    try:
        made = logs.log_as_json({"LOG_JSON": told, "LOG_FILE": str(tmp_path / "log")})
        assert made is on
        assert logs.is_json() is on
    finally:
        for handler in set(logging.root.handlers) - set(before):
            logging.root.removeHandler(handler)
            handler.close()
        logging.captureWarnings(False)
