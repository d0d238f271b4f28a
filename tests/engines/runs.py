"""A re-parse in this process: its settings, its feed and its summary."""

from __future__ import annotations

from scrapy.utils.project import get_project_settings

from crawler import reparse as reparsing
from crawler.reparse import Options, reparse


def settings(feed, **other):
    made = get_project_settings()
    made.set("FEEDS", {str(feed): {"format": "jsonl", "overwrite": True}}, priority="cmdline")
    for name, value in {"REPARSE_UNIT_BYTES": 1500, "LOG_ENABLED": False, **other}.items():
        made.set(name, value, priority="cmdline")
    return made


def items(folder, archive, engine=None, monkeypatch=None, size=1500, **options):
    """Re-parse in this process; return the feed's bytes and the summary."""
    feed = folder / "items.jsonl"
    if engine is not None:
        monkeypatch.setattr(reparsing._Run, "_engine", lambda run, _: engine(run._job))
    told = Options(**{"workers": 1, "work": folder / "work", **options})
    summary = reparse([str(archive)], settings(feed, REPARSE_UNIT_BYTES=size), told)
    return feed.read_bytes(), summary
