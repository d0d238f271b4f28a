"""The five pages that the project was created from pass the measure that comes with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.registry import PORTALS, Registry
from parsers.items import (
    Agency,
    ArchiveRef,
    Check,
    Cut,
    Fact,
    Page,
    Report,
    Section,
    Source,
    as_item,
)
from parsers.report import read_page
from tests.parsers.pages import misnamed, parts_of

SHARED = Path(__file__).resolve().parents[3] / "shared"
SEEDS = SHARED / "corpus" / "seeds"
GOALS = (
    "kind=1 title=1 agency=1 year=1 published_on=1 template=1 script=1 facts_recall=0.95 "
    "facts_precision=0.98 evidence=1 spam_removed=1 kept=1 restored=1"
)

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared corpus is not here")


def reports(archive):
    registry = Registry.load(PORTALS)
    with archive.open("rb") as stream:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI")
            header = ((b"Content-Type", b"text/html; charset=utf-8"),)
            body = record.content_stream().read()
            ref = ArchiveRef(archive.name, 0, 0, "", f"sha256:{len(body)}")
            page = Page(url, url, 200, header, body, "2026-01-02T03:04:05Z", ref)
            yield read_page(page, registry.organ_of(url))


def packed(corpus, archive):
    """Put the pages of a folder into an archive; return it."""
    tool = SHARED / "eval" / "make_warc.py"
    subprocess.run([sys.executable, tool, corpus, archive], check=True)
    return archive


def score(corpus, folder):
    archive, feed = packed(corpus, folder / "seeds.warc.gz"), folder / "items.jsonl"
    items = [json.dumps(as_item(report)) for report in reports(archive)]
    feed.write_text("\n".join(items), encoding="utf-8")
    return subprocess.run(
        [sys.executable, SHARED / "eval" / "score.py", SEEDS / "gold.jsonl", feed, "--show",
         "--min", *GOALS.split()],
        check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


def test_the_seeds_reach_every_goal(tmp_path):
    scored = score(SEEDS, tmp_path)
    assert scored.returncode == 0, scored.stdout


def test_an_item_has_the_fields_of_the_contract_and_no_other(tmp_path):
    met = set()
    for report in reports(packed(SEEDS, tmp_path / "seeds.warc.gz")):
        assert misnamed(report) == set()
        met |= {type(part) for part in parts_of(report)}
    assert {Agency, ArchiveRef, Check, Cut, Fact, Report, Section, Source} <= met


def test_they_do_so_too_where_the_tables_are_drawn(tmp_path):
    drawn = tmp_path / "drawn"
    drawn.mkdir()
    gold = [json.loads(line) for line in (SEEDS / "gold.jsonl").read_text("utf-8").splitlines()]
    for page in gold:
        text = (SEEDS / f"{page['id']}.txt").read_text("utf-8")
        (drawn / f"{page['id']}.txt").write_text(text, encoding="utf-8")
    lines = (json.dumps(page | {"as_tables": True}) for page in gold)
    (drawn / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    scored = score(drawn, tmp_path)
    assert scored.returncode == 0, scored.stdout
