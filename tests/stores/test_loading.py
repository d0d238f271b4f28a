from __future__ import annotations

import os
import random
import signal
import subprocess
import sys

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.feeds.dataset import write_dataset
from crawler.feeds.lines import storable
from crawler.stores import loading
from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.reading import items
from crawler.stores.rows import sortable
from parsers.errors import StoreError
from parsers.items import (
    Agency,
    ArchiveRef,
    AttachedTo,
    Check,
    Cut,
    Fact,
    Period,
    Section,
    Source,
    as_item,
)
from tests.conftest import ROOT, a_report
from tests.stores.conftest import contents, rows

SEED = 20260501
#: Whatever a page may hold: NUL, control characters and lone surrogates among it.
TEXTS = st.sampled_from(["\x00", "\ud800", "\udfff文", "\x01\x1b", "\ufffe", "\u202e=1"]) | st.text(
    st.characters(), max_size=20
)


def read_back(address, **options):
    with engine_of(address, writes=False).connect() as connection:
        return list(items(connection, **options))


@st.composite
def reports(draw):
    """A report with any text, however odd, in every field that holds text."""
    number = draw(st.integers(0, 10**6))
    text = draw(st.text(st.characters(), max_size=60))
    value = draw(st.floats(allow_nan=False, allow_infinity=False))
    end = draw(st.integers(0, len(text)))
    return a_report(
        number,
        title=draw(st.none() | TEXTS),
        agency=Agency(name=draw(st.none() | TEXTS), id=draw(st.none() | TEXTS)),
        source=Source(portal=draw(st.none() | TEXTS), official=draw(st.booleans())),
        period=draw(st.none() | st.just(Period("2023-01-01", "2023-12-31"))),
        attached_to=draw(st.none() | st.just(AttachedTo("http://a.example/", "附件", "r0"))),
        text=text,
        sections=[Section(1, draw(TEXTS), draw(TEXTS), 0, end)],
        facts=[Fact("requests.received", value, "件", "organ", draw(TEXTS), "prose", 0, end)],
        checks=[Check(draw(TEXTS), draw(TEXTS), "fail", draw(st.none() | TEXTS))],
        spam=[Cut("link_farm", draw(TEXTS), "removed", draw(TEXTS), draw(st.none() | TEXTS), 2)],
        warnings=draw(st.lists(TEXTS, max_size=2)),
    )


@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(reports(), min_size=1, max_size=3, unique_by=lambda each: each.capture_id))
def test_what_comes_out_is_what_went_in(store, feed, given_reports):
    path = feed(*given_reports)
    load(store, path)
    wanted = [storable(line) for line in path.read_bytes().splitlines()]
    of = {item["capture_id"]: item for item in read_back(store)}
    assert [of[item["capture_id"]] for item in wanted] == wanted


def test_text_that_no_database_can_hold_is_marked_and_kept():
    line = b'{"title": "a\\u0000b\\ud800c", "facts": [{"label": "\\udfff"}]}'
    assert storable(line) == {"title": "a\ufffdb\ufffdc", "facts": [{"label": "\ufffd"}]}


def test_the_same_feed_twice_changes_nothing(store, feed):
    path = feed(*(a_report(number) for number in range(7)))
    first = load(store, path)
    before = contents(store)
    second = load(store, path)
    assert (first.items, first.added) == (7, 7)
    assert (second.items, second.added) == (7, 0)
    assert contents(store) == before


def test_a_new_parser_version_adds_readings_and_becomes_current(store, feed):
    load(store, feed(a_report(parser_version="0.9.0")))
    load(store, feed(a_report(parser_version="0.10.0", title="读得更好")))
    load(store, feed(a_report(parser_version="0.9.0"), name="late.jsonl"))
    assert rows(store, "SELECT count(*) FROM reports") == [(2,)]
    assert rows(store, 'SELECT title FROM "current"') == [("读得更好",)]
    assert len(read_back(store)) == 1
    assert len(read_back(store, current=False)) == 2


def test_a_reading_that_changed_takes_its_old_figures_along(store, feed):
    load(store, feed(a_report()))
    load(store, feed(a_report(facts=[], checks=[])))
    assert rows(store, "SELECT count(*) FROM facts") == [(0,)]
    assert rows(store, "SELECT count(*) FROM checks") == [(0,)]
    assert rows(store, "SELECT count(*) FROM reports") == [(1,)]


def test_of_one_content_the_earliest_capture_stays(store, feed):
    load(store, feed(a_report(fetched_at="2024-05-01T00:00:00Z")))
    load(store, feed(a_report(fetched_at="2024-03-01T00:00:00Z")))
    load(store, feed(a_report(fetched_at="2024-04-01T00:00:00Z")))
    assert rows(store, "SELECT fetched_at FROM captures") == [("2024-03-01T00:00:00Z",)]


def test_a_record_behind_two_gigabytes_of_a_file_has_its_place(store, feed):
    load(store, feed(a_report(archive=ArchiveRef("a.warc", 2**33, 2**32, "<urn:uuid:1>", "x"))))
    query = "SELECT archive_offset, archive_length FROM captures"
    assert rows(store, query) == [(2**33, 2**32)]


def test_a_feed_with_a_bad_line_says_where_and_keeps_what_stands_before(
    store, tmp_path, monkeypatch
):
    monkeypatch.setattr(loading, "BATCH", 2)
    monkeypatch.setattr(loading, "LARGER", {})
    path = tmp_path / "torn.jsonl"
    lines = [orjson.dumps(as_item(a_report(number))) for number in range(5)]
    path.write_bytes(b"\n".join([*lines[:4], lines[4][:100]]))
    with pytest.raises(StoreError, match=r"torn\.jsonl is no feed of reports after item 4"):
        load(store, path)
    assert rows(store, "SELECT count(*) FROM reports") == [(4,)]


def test_a_reading_that_comes_again_in_one_transaction_is_as_it_came_last(store, feed, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    monkeypatch.setattr(loading, "LARGER", {})
    others = [a_report(number) for number in range(2, 8)]
    again = [a_report(title="读得更好", facts=[]), a_report(title="读得最好")]
    load(store, feed(a_report(), *others[:3], again[0], *others[3:], again[1]))
    first = "SELECT title FROM reports WHERE capture_id = 'c1'"
    assert rows(store, first) == [("读得最好",)]
    assert rows(store, "SELECT count(*) FROM reports") == [(7,)]
    assert rows(store, "SELECT count(*) FROM facts") == [(7,)]


def test_versions_sort_by_age():
    versions = ["0.1.0", "0.9.0", "0.10.0", "1.0.0"]
    assert sorted(versions, key=sortable) == versions


def test_two_writers_at_once_do_not_clash(store, feed):
    one = feed(*(a_report(number) for number in range(300)), name="one.jsonl")
    two = feed(*(a_report(number) for number in range(150, 450)), name="two.jsonl")
    children = [_loading(store, path) for path in (one, two)]
    ends = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], ends
    assert rows(store, "SELECT count(*), count(DISTINCT capture_id) FROM reports") == [(450, 450)]


@pytest.mark.parametrize("point", range(40 if os.environ.get("TORTURE") else 2))
def test_a_load_that_is_killed_and_done_again_equals_an_undisturbed_one(
    store, feed, tmp_path, point
):
    path = feed(*(a_report(number) for number in range(90)))
    undisturbed = f"sqlite:///{tmp_path / 'undisturbed.db'}"
    load(undisturbed, path)
    seed = f"{SEED} {point}"
    print(f"seed {seed}")
    child = _loading(store, path, dies_at=random.Random(seed).randrange(1, 60))
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL
    load(store, path)
    assert _plain(contents(store)) == _plain(contents(undisturbed))


@pytest.mark.parametrize("point", range(40 if os.environ.get("TORTURE") else 2))
def test_a_dataset_that_is_killed_and_written_again_equals_an_undisturbed_one(
    feed, tmp_path, point
):
    years = 9
    path = feed(*(a_report(number, year=2008 + number % years) for number in range(90)))
    write_dataset(path, tmp_path / "undisturbed")
    seed = f"{SEED} dataset {point}"
    print(f"seed {seed}")
    calls = years * 2 * 3  # two files a year are written, closed and published
    killed = tmp_path / "killed"
    child = _loading(f"dataset:{killed}", path, random.Random(seed).randrange(1, calls + 1))
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL
    write_dataset(path, killed)
    assert _files(killed) == _files(tmp_path / "undisturbed")


def _files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _plain(tables):
    """SQLite has 1 for true."""
    return {
        name: sorted(
            (tuple(int(v) if isinstance(v, bool) else v for v in row) for row in found), key=repr
        )
        for name, found in tables.items()
    }


def _loading(address, path, dies_at=0):
    """Load in a process of its own; it kills itself before its `dies_at`-th call of a writer."""
    command = [sys.executable, "-m", "tests.stores.dying_load", address, str(path), str(dies_at)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
