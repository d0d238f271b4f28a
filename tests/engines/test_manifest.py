"""The manifest of the units done: one run's alone, and which report is the original."""

from __future__ import annotations

import random

import pytest
from backports import zstd

from crawler.engines.manifest import Manifest
from crawler.engines.work import Done, print_of
from crawler.feeds.exporters import json_line
from crawler.feeds.lines import report_of
from parsers.errors import ArchiveError
from parsers.items import DuplicateOf
from tests.conftest import a_report


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
