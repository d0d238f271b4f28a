"""What a store shows: its views, corrections, words, copies, and its schema as it is described."""

from __future__ import annotations

import jsonschema
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from crawler.stores.correcting import correct
from crawler.stores.dictionary import FOLDER, json_schema, written
from crawler.stores.engines import engine_of
from crawler.stores.loading import load
from crawler.stores.migrating import make_ready
from crawler.stores.schema import METADATA
from crawler.stores.searching import find
from crawler.stores.views import MEANINGS, VIEWS
from parsers.errors import StoreError
from parsers.items import Check, Source, as_item
from tests.conftest import a_report
from tests.stores.conftest import rows


def test_the_organs_own_page_goes_before_a_copy_and_figures_before_none(store, feed):
    copy = Source(portal=None, official=False, mirror_of="www.a.gov.cn")
    load(store, feed(
        a_report(1, report_id="r", source=copy, fetched_at="2025-01-01T00:00:00Z"),
        a_report(2, report_id="r", facts=[], fetched_at="2025-01-01T00:00:00Z"),
        a_report(3, report_id="r"),
    ))  # fmt: skip
    assert rows(store, "SELECT capture_id FROM documents") == [("c3",)]
    assert rows(store, "SELECT official, facts FROM coverage") == [(True, 1)]


def test_a_broken_check_leads_to_its_page(store, feed):
    check = Check("requests.balance", "total", "fail", "20+1 = 22+1")
    load(store, feed(a_report(checks=[check])))
    assert rows(store, "SELECT rule, detail, url FROM broken_checks") == [
        ("requests.balance", "20+1 = 22+1", "http://a.example/1.html")
    ]


def test_a_correction_lies_over_what_was_read_and_survives_a_better_parser(store, feed):
    load(store, feed(a_report(1)))
    with engine_of(store).begin() as connection:
        correct(connection, "r1", "requests.received", 21.0, who="某人", why="表格为21件")
        correct(connection, "r1", "requests.answered", 3.0, who="某人", why="正文写明")
    query = "SELECT metric, value, parsed_value, corrected_by FROM facts_current ORDER BY metric"
    laid = [("requests.answered", 3, None, "某人"), ("requests.received", 21, 12, "某人")]
    assert rows(store, query) == laid
    load(store, feed(a_report(1, parser_version="9.0.0"), name="better.jsonl"))
    assert rows(store, query) == laid
    assert rows(store, "SELECT received, answered FROM panel") == [(21, 3)]
    assert rows(store, "SELECT DISTINCT value FROM facts") == [(12,)]


@pytest.mark.parametrize(
    ("report", "metric", "who", "says"),
    [
        ("r9", "requests.received", "某人", "no report r9"),
        ("r1", "requests.sum", "某人", "requests.sum is no metric"),
        ("r1", "requests.received", " ", "names who makes it and why"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(tmp_path, feed, report, metric, who, says):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    load(store, feed(a_report(1)))
    with pytest.raises(StoreError, match=says), engine_of(store).begin() as connection:
        correct(connection, report, metric, 1.0, who=who, why="因为")


@pytest.mark.parametrize("words", ["指南", "公开指南", "100%", "a_b", '"引', "'"])
def test_words_are_found_as_they_stand(store, feed, words):
    load(store, feed(a_report(1, text=f"本机关{words}已经发布"), a_report(2, text="axb 1000 引")))
    with engine_of(store, writes=False).connect() as connection:
        assert [row.report_id for row in find(connection, words)] == ["r1"]


def test_the_dictionary_says_how_short_words_are_found_in_sql(tmp_path, feed):
    store = f"sqlite:///{tmp_path / 'store.db'}"
    load(store, feed(a_report(1, text="本机关公开指南已经发布"), a_report(2)))
    assert "`reports WHERE text LIKE '%公开指南%'`" in written()["DICTIONARY.md"]
    for short, long in (("公开", "公开指南"), ("关", "本机关")):
        match = f"SELECT count(*) FROM search WHERE search MATCH '\"{long}\"'"  # noqa: S608
        like = f"SELECT count(*) FROM reports WHERE text LIKE '%{short}%'"  # noqa: S608
        assert rows(store, match) == rows(store, like) == [(1,)]


def test_the_steps_lead_to_the_schema_that_the_code_describes(store):
    engine = engine_of(store)
    make_ready(engine, store)
    if engine.dialect.name == "duckdb":
        found = {table for (table,) in rows(store, "SELECT table_name FROM duckdb_tables()")}
        assert found - {"alembic_version"} == set(METADATA.tables)
        return
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _of_ours})
        assert compare_metadata(context, METADATA) == []


def _of_ours(_, name, kind, *__):
    """The search index is no table of the metadata: FTS5 makes its own."""
    return not (kind in {"table", "index"} and name.startswith("search"))


@pytest.mark.parametrize("name", sorted(written()))
def test_what_consumers_read_is_not_stale(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == written()[name], (
        "run `python -m crawler.stores.dictionary`"
    )


def test_every_view_is_in_the_dictionary():
    assert list(MEANINGS) == list(VIEWS)


def test_an_item_is_as_its_json_schema_says(report):
    import json  # noqa: PLC0415

    plain = json.loads(json.dumps(as_item(report)))
    jsonschema.validate(plain, json_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "year": "2023"}, json_schema())


def test_a_copy_is_linked_to_its_original_whichever_was_loaded_first(store, feed):
    text, other = "政府信息公开年度报告。" * 30, "另一份政府信息公开年度报告。" * 30
    mirror = Source(None, official=False)
    load(store, feed(
        a_report(1, report_id="copy", text=text, source=mirror, duplicate_of=None),
        a_report(2, report_id="lone", text=other, source=mirror, duplicate_of=None),
        a_report(3, report_id="short", text="短", source=mirror, duplicate_of=None),
    ))  # fmt: skip
    later = feed(
        a_report(4, report_id="original", text=text, duplicate_of=None),
        a_report(5, report_id="again", text=text, duplicate_of=None),
        a_report(6, report_id="brief", text="短", duplicate_of=None),
        name="later.jsonl",
    )
    load(store, later)
    query = "SELECT report_id, original_report_id FROM copies"
    assert rows(store, query) == [("copy", "original")]
