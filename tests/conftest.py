"""What every test may ask for: a report of ours, the root, material beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.chromium import browser_path
from parsers.items import (
    Agency,
    ArchiveRef,
    Attachment,
    Check,
    Cut,
    DuplicateOf,
    Fact,
    Period,
    Report,
    Section,
    Source,
)

ROOT = Path(__file__).resolve().parent.parent


def browser_or_fail_in_ci() -> None:
    """Skip where no browser could be got; in CI that is a failure."""
    if browser_path() is None and os.environ.get("CI") == "true":
        pytest.fail("CI has no browser: set-up did not get one")
    if browser_path() is None:
        pytest.skip("needs a browser: none is on this machine and none could be got")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material beside the project; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, the material beside the project")
    return folder


def a_report(number: int = 1, **other: object) -> Report:
    """A report with every field filled, told apart by `number`."""
    fields: dict[str, object] = {
        "schema_version": "1",
        "report_id": f"r{number}",
        "capture_id": f"c{number}",
        "kind": "annual_report",
        "url": f"http://a.example/{number}",
        "final_url": f"http://a.example/{number}.html",
        "fetched_at": "2024-03-01T00:00:00Z",
        "archive": ArchiveRef("a.warc.gz", 10, 20, f"<urn:uuid:{number}>", "sha1:X"),
        "source": Source(portal="a", official=True),
        "title": "某市2023年政府信息公开工作年度报告",
        "agency": Agency(name="某市人民政府", evidence="title", level="prefecture"),
        "year": 2023,
        "period": Period("2023-01-01", "2023-12-31"),
        "published_on": None,
        "template": "tables_2021",
        "text": "收到申请12件",
        "sections": [Section(1, "一、", "总体情况", 0, 7)],
        "facts": [Fact("requests.received", 12.0, "件", "organ", "收到申请", "prose", 4, 6)],
        "checks": [Check("requests.balance", "total", "pass")],
        "spam": [Cut("link_farm", "某站群", "removed", "farm", None, 2)],
        "attachments": [Attachment("http://a.example/a.pdf", "附件", "a.pdf")],
        "duplicate_of": DuplicateOf("c0", "exact", 1.0),
        "warnings": ["一处读不出"],
    }
    return Report(**{**fields, **other})  # type: ignore[arg-type]


@pytest.fixture
def report() -> Report:
    return a_report()
