"""A report as flat rows, for whoever opens a table: one row a report, one row a fact.

Takes items as `parsers.items.as_item` gives them, gives values in the order of the columns. A text
that a spreadsheet would take for a formula is `guarded`; `unguarded` gives it back.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crawler.feeds.headlines import HEADLINES, headlines

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = str | int | float | bool | None

#: Column → its meaning, in order.
REPORT_COLUMNS: dict[str, str] = {
    "report_id": "the document's stable id",
    "kind": "annual_report, list or other",
    "organ": "issuing organ in full",
    "organ_id": "registry id of the organ",
    "region_code": "GB/T 2260, six digits",
    "region": "divisions in full",
    "level": "central, province, prefecture, county or township",
    "year": "the year reported on",
    "title": "in simplified Chinese",
    "published_on": "ISO date",
    "template": "narrative, statistics, tables_2019 or tables_2021",
    **{name: f"headline: {' or '.join(map(' + '.join, ways))}" for name, ways in HEADLINES.items()},
    "facts": "figures read",
    "broken_checks": "identities that fail",
    "spam": "findings of cleaning",
    "official": "whether the host may speak for the organ",
    "duplicate_of": "capture_id of the earlier capture that it repeats",
    "url": "the address that answered",
    "fetched_at": "RFC 3339 in UTC",
    "capture_id": "the content at its address",
    "archive_filename": "WARC file",
    "archive_offset": "of the record in it, bytes",
    "parser_version": "which parser read it",
}  # fmt: skip

FACT_COLUMNS: dict[str, str] = {
    "report_id": "the document's stable id",
    "organ": "issuing organ in full",
    "organ_id": "registry id of the organ",
    "region_code": "GB/T 2260, six digits",
    "year": "the year reported on",
    "metric": "code of parsers/metrics.toml",
    "value": "in the metric's unit",
    "unit": "the metric's unit",
    "scope": "organ: its own or headline figure; part: of a sub-unit or category",
    "qualifier": "exact, approximate or at_least",
    "method": "table or prose",
    "label": "the wording that was matched",
    "evidence": "the characters of the text that state it",
    "start": "of the evidence in the report's text, characters",
    "end": "of the evidence in the report's text, characters",
    "official": "whether the host may speak for the organ",
    "url": "the address that answered",
    "capture_id": "the content at its address",
    "parser_version": "which parser read it",
}

#: Of a workbook's sheet `columns`.
MEANING_COLUMNS: dict[str, str] = {
    "sheet": "reports or facts",
    "column": "as in its first row",
    "meaning": "what a cell holds",
}

# What a spreadsheet takes for a formula, behind what it skips: blanks, a byte-order mark, and the
# full-width forms that some fold. A text that begins with the guard itself is guarded too, so that
# `unguarded` gives every text back.
_FORMULA = re.compile("[\ufeff\u200b\u3000 ]*[=+\\-@\t\r\n＝＋－＠|%]|'")


_OWN = itemgetter("metric", "value", "unit", "scope", "qualifier", "method", "label")


def report_row(item: dict[str, Any]) -> list[Value]:
    """Return the values of `REPORT_COLUMNS`."""
    agency, archive = item["agency"], item["archive"]
    failed = sum(check["status"] == "fail" for check in item["checks"])
    repeated = item["duplicate_of"]
    return [
        item["report_id"],
        item["kind"],
        *(agency[name] for name in ("name", "id", "region_code", "region", "level")),
        *(item[name] for name in ("year", "title", "published_on", "template")),
        *headlines(item["facts"]).values(),
        len(item["facts"]),
        failed,
        sum(cut["count"] for cut in item["spam"]),
        item["source"]["official"],
        repeated["capture_id"] if repeated else None,
        *(item[name] for name in ("final_url", "fetched_at", "capture_id")),
        archive["filename"],
        archive["offset"],
        item["parser_version"],
    ]


def fact_rows(item: dict[str, Any]) -> Iterator[list[Value]]:
    """Give the values of `FACT_COLUMNS` for each figure, in the item's order."""
    agency, text = item["agency"], item["text"]
    head = [item["report_id"], agency["name"], agency["id"], agency["region_code"], item["year"]]
    tail = [item["source"]["official"], item["final_url"], item["capture_id"]]
    tail.append(item["parser_version"])
    for fact in item["facts"]:
        start, end = fact["start"], fact["end"]
        yield [*head, *_OWN(fact), text[start:end], start, end, *tail]


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula: such a one gets a `'` in front.

    Source: OWASP, CSV injection. Numbers are not text and stay as they are.

    >>> guarded("=1+1"), guarded("年报"), unguarded(guarded("'"))
    ("'=1+1", '年报', "'")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return text[1:] if text[:1] == "'" else text
