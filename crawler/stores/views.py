"""The views for people: which reading counts today, panels, broken checks, coverage.

One SQL for SQLite, PostgreSQL and DuckDB. Views hold no data: they are dropped and made anew at
each upgrade, so they belong to the code, not to a step of the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from crawler.feeds.headlines import HEADLINES

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REPORT = """
    report_id, capture_id, reading_id, parser_version, organ_id, agency_name, year, title,
    template, kind, source_official
"""

#: Of a capture, the reading by the newest parser. All columns of `reports`.
_CURRENT = """
SELECT * FROM reports
WHERE NOT EXISTS (
    SELECT 1 FROM reports AS later
    WHERE later.capture_id = reports.capture_id AND later.parser_order > reports.parser_order
)
"""

# Of a document, the capture that stands for it: the organ's own before a copy, one with figures
# before one without (a page whose report is attached), then the latest. So of an organ's year.
_BEST = """
    source_official DESC,
    CASE WHEN EXISTS (SELECT 1 FROM facts WHERE facts.reading_id = c.reading_id)
         THEN 0 ELSE 1 END,
    captures.fetched_at DESC, c.capture_id
"""

_DOCUMENTS = f"""
SELECT {_REPORT}, published_on, url, fetched_at FROM (
    SELECT c.report_id, c.capture_id, c.reading_id, c.parser_version, c.organ_id, c.agency_name,
        c.year, c.title, c.template, c.kind, c.source_official, c.published_on,
        captures.final_url AS url, captures.fetched_at,
        row_number() OVER (PARTITION BY c.report_id ORDER BY {_BEST}) AS place
    FROM "current" AS c JOIN captures ON captures.capture_id = c.capture_id
    WHERE c.kind = 'annual_report'
) AS ordered WHERE place = 1
"""  # noqa: S608 (put together from constants of this module)

_LATEST_CORRECTIONS = """
SELECT report_id, metric, new_value, who, why FROM (
    SELECT corrections.*, row_number() OVER (
        PARTITION BY report_id, metric ORDER BY made_at DESC, correction_id) AS place
    FROM corrections
) AS ordered WHERE place = 1
"""

#: Figures of each document with people's corrections laid over them. `parsed_value` is what the
#: parser read; a corrected figure names who did it. A figure that a person added has no evidence.
_FACTS_CURRENT = """
SELECT documents.report_id, documents.organ_id, documents.agency_name, documents.year,
    facts.metric,
    CASE WHEN corrected.who IS NULL OR facts.scope <> 'organ' THEN facts.value
         ELSE corrected.new_value END AS value,
    facts.unit, facts.scope, facts.method, facts.qualifier, facts.value AS parsed_value,
    CASE WHEN facts.scope = 'organ' THEN corrected.who END AS corrected_by,
    facts.evidence, facts.start, facts."end", facts.position, documents.url,
    documents.capture_id, documents.reading_id
FROM documents
JOIN facts ON facts.reading_id = documents.reading_id
LEFT JOIN corrected ON corrected.report_id = documents.report_id
    AND corrected.metric = facts.metric
UNION ALL
SELECT documents.report_id, documents.organ_id, documents.agency_name, documents.year,
    corrected.metric, corrected.new_value, NULL, 'organ', 'correction', 'exact', NULL,
    corrected.who, NULL, NULL, NULL, NULL, documents.url, documents.capture_id,
    documents.reading_id
FROM documents
JOIN corrected ON corrected.report_id = documents.report_id
WHERE NOT EXISTS (
    SELECT 1 FROM facts
    WHERE facts.reading_id = documents.reading_id AND facts.metric = corrected.metric
        AND facts.scope = 'organ'
)
"""

#: One document for an organ and a year, by the rule above; the others are twins (`findings`).
_ORGAN_YEARS = """
SELECT * FROM (
    SELECT documents.*, row_number() OVER (
        PARTITION BY organ_id, year
        ORDER BY source_official DESC,
            CASE WHEN EXISTS (SELECT 1 FROM facts WHERE facts.reading_id = documents.reading_id)
                 THEN 0 ELSE 1 END,
            fetched_at DESC, report_id) AS place
    FROM documents WHERE organ_id IS NOT NULL AND year IS NOT NULL
) AS ordered WHERE place = 1
"""

_STATED = """
SELECT report_id, metric, value, evidence FROM (
    SELECT report_id, metric, value,
        CASE WHEN corrected_by IS NULL THEN evidence END AS evidence, row_number() OVER (
        PARTITION BY report_id, metric
        ORDER BY CASE method WHEN 'correction' THEN 0 WHEN 'table' THEN 1 ELSE 2 END, position
    ) AS place
    FROM facts_current WHERE scope = 'organ'
) AS ordered WHERE place = 1
"""

_BROKEN_CHECKS = """
SELECT documents.organ_id, documents.agency_name, documents.year, checks.rule, checks."where",
    checks.detail, documents.title, documents.url, documents.reading_id
FROM checks JOIN documents ON documents.reading_id = checks.reading_id
WHERE checks.status = 'fail'
"""

#: What is there of an organ's year. `hacked` counts what cleaning found on the page.
_COVERAGE = """
SELECT organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.source_official AS official,
    (SELECT count(*) FROM facts WHERE facts.reading_id = organ_years.reading_id) AS facts,
    (SELECT count(*) FROM checks WHERE checks.reading_id = organ_years.reading_id
        AND checks.status = 'fail') AS broken_checks,
    (SELECT count(*) FROM spam WHERE spam.reading_id = organ_years.reading_id) AS hacked
FROM organ_years JOIN organs ON organs.organ_id = organ_years.organ_id
"""

_ORGAN_NAMES = """
SELECT organ_id, agency_name AS name, min(year) AS first_year, max(year) AS last_year
FROM "current" WHERE organ_id IS NOT NULL AND agency_name IS NOT NULL
GROUP BY organ_id, agency_name
"""

#: An organ and what it goes on with: itself, and the parts that were merged into it.
_LINEAGE = """
SELECT organ_id AS successor_id, name AS successor, organ_id, name, NULL AS merged_in, first_year,
    last_year
FROM organ_names
UNION ALL
SELECT successions.successor_id, successions.successor, organ_names.organ_id, organ_names.name,
    successions.year, organ_names.first_year, organ_names.last_year
FROM successions JOIN organ_names ON organ_names.organ_id = successions.organ_id
"""


#: Whichever came first: a crawl links only copies of what it knew, a load of two feeds none.
_COPIES = """
SELECT capture_id, report_id, url, original_capture_id, original_report_id, original_url FROM (
    SELECT mirror.capture_id, mirror.report_id, copied.final_url AS url,
        original.capture_id AS original_capture_id, original.report_id AS original_report_id,
        official.final_url AS original_url,
        row_number() OVER (PARTITION BY mirror.reading_id
            ORDER BY official.fetched_at, original.capture_id) AS place
    FROM "current" AS mirror
    JOIN "current" AS original ON original.text = mirror.text
    JOIN captures AS copied ON copied.capture_id = mirror.capture_id
    JOIN captures AS official ON official.capture_id = original.capture_id
    WHERE mirror.kind = 'annual_report' AND NOT mirror.source_official
        AND original.kind = 'annual_report' AND original.source_official
        AND length(mirror.text) >= 200
) AS ordered WHERE place = 1
"""


def _panel() -> str:
    """Return the panel's query: a row an organ and year, a column a headline figure."""
    columns = ",\n    ".join(f"{_headline(ways)} AS {name}" for name, ways in HEADLINES.items())
    return f"""
SELECT organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.url,
    coalesce(successions.successor_id, organs.organ_id) AS successor_id,
    {columns}
FROM organ_years
JOIN organs ON organs.organ_id = organ_years.organ_id
LEFT JOIN successions ON successions.organ_id = organ_years.organ_id
LEFT JOIN stated ON stated.report_id = organ_years.report_id
GROUP BY organs.organ_id, organs.name, organs.region_code, organs.region, organs.level,
    organ_years.year, organ_years.report_id, organ_years.url, successions.successor_id
"""  # noqa: S608 (names and codes of our own)


def _headline(ways: tuple[tuple[str, ...], ...]) -> str:
    """Return the SQL of the first way that is stated whole: a sum with a null in it is null."""
    sums = [" + ".join(map(_maximum, codes)) for codes in ways]
    return f"coalesce({', '.join(sums)})" if len(sums) > 1 else sums[0]


def _maximum(code: str) -> str:
    # There is one row a metric: the maximum is its value.
    return f"max(CASE WHEN stated.metric = '{code}' THEN stated.value END)"


#: In the order in which they build on one another.
VIEWS: dict[str, str] = {
    "current": _CURRENT,
    "documents": _DOCUMENTS,
    "corrected": _LATEST_CORRECTIONS,
    "facts_current": _FACTS_CURRENT,
    "organ_years": _ORGAN_YEARS,
    "stated": _STATED,
    "panel": _panel(),
    "broken_checks": _BROKEN_CHECKS,
    "coverage": _COVERAGE,
    "organ_names": _ORGAN_NAMES,
    "lineage": _LINEAGE,
    "copies": _COPIES,
}

#: View → what a row of it is.
MEANINGS: dict[str, str] = {
    "current": "of each capture the reading by the newest parser; columns of `reports`",
    "documents": "of each annual report the capture that stands for it: official before copy, "
    "with figures before without, latest first",
    "corrected": "of each corrected figure the latest correction",
    "facts_current": "figures of each document, people's corrections laid over them: `value` "
    "counts, `parsed_value` is what was read, `corrected_by` who corrected it",
    "organ_years": "one document for an organ and a year; the others are `findings` (twins)",
    "stated": "one value a document and metric: a correction, else a table's, else a sentence's; "
    "`evidence`: the characters that state it, null where a person's correction does",
    "panel": "organ × year × headline figures; null: not stated. `successor_id`: the organ that "
    "goes on after a merger, else the organ: its line, the parts in rows of their own",
    "broken_checks": "identities that fail, with both sides",
    "coverage": "which organ has which years, with figures, broken checks and spam counted",
    "organ_names": "the names that an organ bore, with the first and last year of each",
    "lineage": "of each organ its own names and, with the year of the merger, those of the parts "
    "that were merged into it",
    "copies": "reports on other hosts whose text an official host has to the letter, each with the "
    "earliest official capture, whichever of the two was met first",
}


def create(connection: Connection) -> None:
    """Make every view."""
    for name, query in VIEWS.items():
        connection.execute(text(f'CREATE VIEW "{name}" AS {query}'))


def drop(connection: Connection) -> None:
    """Remove every view that is there."""
    for name in reversed(VIEWS):
        connection.execute(text(f'DROP VIEW IF EXISTS "{name}"'))
