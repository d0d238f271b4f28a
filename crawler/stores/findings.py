"""Checks across the reports of one organ: what two of them state that cannot both be right.

Three rules. `carry.year_to_year`: what a year hands on, the next must take over (`parsers.carry`).
`twins`: two documents of one organ and year state different values. `magnitude`: a headline figure
grows or shrinks tenfold from one year to the next. Each is a row with both sides, the evidence of
each and the page that it stands on; nothing is repaired. The table is written anew by every pass,
from what the views hold, corrections included.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from crawler.feeds.headlines import HEADLINES
from crawler.stores import schema
from crawler.stores.writers import writer
from parsers.carry import RULE, handed_on, sides_of
from parsers.items import stable_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from crawler.stores.rows import Row

#: From one year to the next: an order of magnitude, where small numbers jump by nature.
TENFOLD = 10.0
LEAST = 100.0

_OUT, _IN = "requests.carried_out.", "requests.carried_in."
_COMPARED = frozenset(codes[0] for ways in HEADLINES.values() for codes in ways if len(codes) == 1)
_STATED = """
SELECT documents.organ_id, documents.year, documents.report_id, documents.reading_id,
    documents.url, documents.capture_id, stated.metric, stated.value, stated.evidence
FROM stated JOIN documents ON documents.report_id = stated.report_id
WHERE documents.organ_id IS NOT NULL AND documents.year IS NOT NULL
    AND stated.value IS NOT NULL
ORDER BY documents.organ_id, documents.year, documents.report_id, stated.metric
"""
_CHOSEN = "SELECT report_id FROM organ_years"


@dataclass(frozen=True, slots=True)
class Document:
    """What one document states: metric → the organ's value, and the evidence for it."""

    organ: str
    year: int
    report: str
    reading: str
    url: str
    capture: str
    values: dict[str, float]
    evidence: dict[str, str | None]

    def side(self, metric: str) -> Row:
        """Return one side of a finding, in the order of `schema.FINDINGS`."""
        stated = (self.values[metric], self.evidence[metric])
        return (self.reading, self.year, *stated, self.url, self.capture)


def note_findings(engine: Engine) -> dict[str, int]:
    """Write the table `findings` anew; return how many there are of each rule."""
    with engine.begin() as connection:
        writer(connection).hold()
        return write_findings(connection)


def write_findings(connection: Connection) -> dict[str, int]:
    """Do so inside the caller's transaction."""
    rows = sorted({row[0]: row for row in _found(connection)}.values())
    connection.execute(schema.FINDINGS.delete())
    writer(connection).insert(schema.FINDINGS, rows)
    counts = {RULE: 0, "twins": 0, "magnitude": 0}
    for row in rows:
        counts[row[1]] += 1
    return counts


def _found(connection: Connection) -> Iterator[Row]:
    chosen = {row.report_id for row in connection.execute(text(_CHOSEN))}
    for _, documents in groupby(_documents(connection), key=lambda each: each.organ):
        years = {year: list(same) for year, same in groupby(documents, key=lambda each: each.year)}
        for year, same in years.items():
            yield from _twins(same)
            following = years.get(year + 1, [])
            yield from _carried(same, following)
            for earlier, later in product(*(_chosen(each, chosen) for each in (same, following))):
                yield from _jumps(earlier, later)


def _chosen(documents: list[Document], chosen: set[str]) -> list[Document]:
    return [each for each in documents if each.report in chosen]


def _documents(connection: Connection) -> Iterator[Document]:
    """Give each document with what it states, by organ, year and id."""
    rows = connection.execute(text(_STATED)).mappings()
    for key, same in groupby(rows, key=_document_key):
        stated = list(same)
        values = {row["metric"]: row["value"] for row in stated}
        evidence = {row["metric"]: row["evidence"] for row in stated}
        yield Document(*key, values, evidence)


def _document_key(row: Any) -> tuple[str, int, str, str, str, str]:
    return (
        row["organ_id"],
        row["year"],
        row["report_id"],
        row["reading_id"],
        row["url"],
        row["capture_id"],
    )


def _twins(documents: list[Document]) -> Iterator[Row]:
    for first, second in pairwise(documents):
        for metric in sorted(first.values.keys() & second.values.keys()):
            if first.values[metric] != second.values[metric]:
                yield _finding("twins", first, metric, second, metric)


def _carried(earlier: list[Document], later: list[Document]) -> Iterator[Row]:
    """Try each document of a year against each of the next that states other sides."""
    for before, after in product(_distinct(earlier), _distinct(later)):
        handed = handed_on(before.year, sides_of(before.values), sides_of(after.values))
        for column, check in handed:
            if check.status == "fail":
                yield _finding(RULE, before, f"{_OUT}{column}", after, f"{_IN}{column}")


def _distinct(documents: list[Document]) -> list[Document]:
    """Of the documents that state the same sides, the first."""
    return list({sides_of(each.values): each for each in reversed(documents)}.values())


def _jumps(earlier: Document, later: Document) -> Iterator[Row]:
    for metric in sorted(_COMPARED & earlier.values.keys() & later.values.keys()):
        small, large = sorted((earlier.values[metric], later.values[metric]))
        if large >= LEAST and 0 < small <= large / TENFOLD:
            yield _finding("magnitude", earlier, metric, later, metric)


def _finding(rule: str, left: Document, metric: str, right: Document, other: str) -> Row:
    ours, theirs = left.values[metric], right.values[other]
    detail = f"{left.year} {metric} = {ours:g}; {right.year} {other} = {theirs:g}"
    name = stable_id(rule, metric, left.reading, right.reading)
    return (name, rule, left.organ, metric, *left.side(metric), *right.side(other), detail)
