"""The tables of the store, each column with its meaning, unit and source.

Everything that describes the store to others (data dictionary, SQL, migrations' target) is written
from here. Where a row comes from the item contract its column has the contract's name, objects
opened by an underscore (`agency_name`). Never connects to anything.

A *reading* is one capture read by one version of the parser: a better parser adds readings beside
the old ones, and `current` moves to them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

METADATA = MetaData()

#: Eight bytes, for WARC files of more than 2 GB. An INTEGER of SQLite has them anyway.
_LARGE = BigInteger().with_variant(Integer, "sqlite")


def _column(
    name: str, kind: Any, meaning: str, *, null: bool = False, key: bool = False
) -> Column[Any]:
    return Column(name, kind, nullable=null, primary_key=key, comment=meaning)


def _text(name: str, meaning: str, *, null: bool = False, key: bool = False) -> Column[Any]:
    return _column(name, Text, meaning, null=null, key=key)


def _reading() -> Column[Any]:
    return Column(
        "reading_id",
        Text,
        ForeignKey("reports.reading_id"),
        nullable=False,
        comment="the reading that states it",
    )


def _position() -> Column[Any]:
    return _column("position", Integer, "its place in the item's list, from 0")


RUNS = Table(
    "runs",
    METADATA,
    _text("run_id", "SHA-256 of the loaded feed: the same feed twice is one run", key=True),
    _text("source", "the feed's file name"),
    _text("loaded_at", "when it was loaded first, RFC 3339 in UTC"),
    _column("items", Integer, "items in the feed"),
    _column("added", Integer, "readings that were new or had changed"),
    comment="One row a feed that was loaded.",
)

PORTALS = Table(
    "portals",
    METADATA,
    _text("portal_id", "registry id", key=True),
    _text("name", "the organ whose portal it is", null=True),
    _text("region_code", "GB/T 2260, six digits", null=True),
    _text("region", "divisions in full, e.g. 四川省资阳市", null=True),
    _text("home", "home page", null=True),
    _column("verified", Boolean, "whether the registry's entry has been seen live", null=True),
    comment="Portals that a capture came from, as the registry knew them at loading.",
)

ORGANS = Table(
    "organs",
    METADATA,
    _text("organ_id", "stable across renames: see `crawler.stores.organs`", key=True),
    _text("name", "the organ's name in full in its latest report"),
    _column("name_year", Integer, "the year of that report", null=True),
    _text("region_code", "GB/T 2260, six digits; a township's is its county's", null=True),
    _text("region", "divisions in full", null=True),
    _text("level", "central, province, prefecture, county or township", null=True),
    _text("type", "government, office, department or other", null=True),
    _text("site_id", "网站标识码, ten digits", null=True),
    comment="Issuing organs (发布机构).",
)

SUCCESSIONS = Table(
    "successions",
    METADATA,
    _text("organ_id", "the organ that ended in a merger", key=True),
    _text("name", "the last name of its kind"),
    _text("successor_id", "the organ that goes on, which may have no report here yet"),
    _text("successor", "its name"),
    _column("year", Integer, "of the reform's plan; local organs followed within two years"),
    _text("reform", "which reform: `crawler/stores/mergers.toml`"),
    comment="Mergers: parts keep ids of their own, for each reported on the same year.",
)

CAPTURES = Table(
    "captures",
    METADATA,
    _text("capture_id", "hash of final_url and payload digest", key=True),
    _text("url", "the address asked for"),
    _text("final_url", "the address that answered"),
    _text("fetched_at", "when, RFC 3339 in UTC"),
    _text("archive_filename", "WARC file"),
    _column("archive_offset", _LARGE, "of the record in it, bytes"),
    _column("archive_length", _LARGE, "of the record in it, bytes"),
    _text("archive_record_id", "WARC-Record-ID"),
    _text("archive_payload_digest", "WARC-Payload-Digest"),
    comment="Archived captures: where each page lies, enough for one range request.",
)

REPORTS = Table(
    "reports",
    METADATA,
    _text("reading_id", "hash of capture_id and parser_version", key=True),
    Column(
        "capture_id",
        Text,
        ForeignKey("captures.capture_id"),
        nullable=False,
        comment="what was read",
    ),
    _text("parser_version", "which parser read it"),
    _text("parser_order", "parser_version as a text that sorts by age"),
    _text("schema_version", "of the item contract"),
    _text("report_id", "the document's stable id"),
    _text("kind", "annual_report, list or other"),
    _text("source_portal", "registry id of the portal", null=True),
    _column("source_official", Boolean, "whether the host may speak for the organ"),
    _text("source_mirror_of", "the host that a copied site claims to be", null=True),
    _text("title", "in simplified Chinese", null=True),
    _text("organ_id", "the issuing organ's row", null=True),
    _text("agency_name", "issuing organ as read", null=True),
    _text("agency_evidence", "registry, meta, signature, title or body", null=True),
    _text("agency_id", "registry id of the organ", null=True),
    _text("agency_region_code", "GB/T 2260, six digits", null=True),
    _text("agency_region", "divisions in full", null=True),
    _text("agency_level", "central, province, prefecture, county or township", null=True),
    _text("agency_type", "government, office, department or other", null=True),
    _text("agency_site_id", "网站标识码, ten digits", null=True),
    _column("year", Integer, "the year reported on (统计期限)", null=True),
    _text("period_start", "of the statistics period as stated, ISO date", null=True),
    _text("period_end", "of the statistics period as stated, ISO date", null=True),
    _text("published_on", "ISO date of publication, else of signing", null=True),
    _text("index_number", "索引号", null=True),
    _text("document_number", "文号", null=True),
    _text("template", "narrative, statistics, tables_2019 or tables_2021", null=True),
    _text("script", "simplified, traditional or obfuscated"),
    _text("text", "cleaned text, a block a line, cells parted by ' | '"),
    _text("attached_to_url", "of an attachment: its page", null=True),
    _text("attached_to_link_text", "of an attachment: the link's words", null=True),
    _text("attached_to_report_id", "of an attachment: its page's report_id", null=True),
    _text("duplicate_of_capture_id", "the earlier capture that it repeats", null=True),
    _text("duplicate_of_kind", "exact (same bytes) or near (same text)", null=True),
    _column("duplicate_of_similarity", Double, "0 to 1", null=True),
    _text("warnings", "what could not be read, a JSON list of sentences"),
    _text("item_digest", "SHA-256 of the item: tells whether a reading has changed"),
    comment="One row a reading: a capture read by one version of the parser.",
)

SECTIONS = Table(
    "sections",
    METADATA,
    _reading(),
    _position(),
    _column("level", Integer, "from 1"),
    _text("number", "as printed"),
    _text("title", "of the section"),
    _column("start", Integer, "offset into text, characters"),
    _column("end", Integer, "offset into text, characters"),
    PrimaryKeyConstraint("reading_id", "position"),
    comment="The outline of a report.",
)

FACTS = Table(
    "facts",
    METADATA,
    _reading(),
    _position(),
    _text("metric", "code of parsers/metrics.toml"),
    _column("value", Double, "in the metric's unit"),
    _text("unit", "the metric's unit"),
    _text("scope", "organ: its own or headline figure; part: of a sub-unit or category"),
    _text("label", "the wording that was matched"),
    _text("method", "table or prose"),
    _column("start", Integer, "of the evidence in the report's text, characters"),
    _column("end", Integer, "of the evidence in the report's text, characters"),
    _text("qualifier", "exact, approximate or at_least"),
    _text("evidence", "the characters of the text between start and end"),
    PrimaryKeyConstraint("reading_id", "position"),
    comment="Figures, each with its evidence.",
)

CHECKS = Table(
    "checks",
    METADATA,
    _reading(),
    _position(),
    _text("rule", "of parsers/metrics.toml, [checks]"),
    _text("where", "the row, column or group"),
    _text("status", "pass, fail or not_applicable"),
    _text("detail", "both sides, where it fails", null=True),
    PrimaryKeyConstraint("reading_id", "position"),
    comment="Identities that were tried on a report.",
)

SPAM = Table(
    "spam",
    METADATA,
    _reading(),
    _position(),
    _text("kind", "kind of injection, report contract"),
    _text("quote", "what was found"),
    _text("action", "removed, restored or flagged"),
    _text("rule", "which rule or list said so"),
    _text("replacement", "what was put in its place", null=True),
    _column("count", Integer, "times that it was found"),
    PrimaryKeyConstraint("reading_id", "position"),
    comment="What cleaning found.",
)

ATTACHMENTS = Table(
    "attachments",
    METADATA,
    _reading(),
    _position(),
    _text("url", "of the file"),
    _text("link_text", "words of the link"),
    _text("filename", "as linked"),
    PrimaryKeyConstraint("reading_id", "position"),
    comment="Files that a page links to.",
)

CORRECTIONS = Table(
    "corrections",
    METADATA,
    _text("correction_id", "hash of what it corrects, by whom and when", key=True),
    _text("report_id", "the document"),
    _text("metric", "code of parsers/metrics.toml"),
    _column("old_value", Double, "what the parser read when it was made; null: nothing", null=True),
    _column("new_value", Double, "what the document says; null: it states none", null=True),
    _text("who", "the person"),
    _text("made_at", "when, RFC 3339 in UTC"),
    _text("why", "the reason, a sentence"),
    comment="Values corrected by people: laid over the parsed ones in the views, never into them.",
)


def _side(side: str, whose: str) -> tuple[Column[Any], ...]:
    """Return the columns of one side of a finding: what it states, where, and the page."""
    return (
        _text(f"{side}_reading_id", f"{whose} reading"),
        _column(f"{side}_year", Integer, "the year that it reports on"),
        _column(f"{side}_value", Double, "what it states"),
        _text(
            f"{side}_evidence",
            "the characters that state it; null: a person's correction does",
            null=True,
        ),
        _text(f"{side}_url", "its page"),
        _text(f"{side}_capture_id", "its archived page: a row of `captures`"),
    )


FINDINGS = Table(
    "findings",
    METADATA,
    _text("finding_id", "hash of rule, metric and both readings", key=True),
    _text("rule", "carry.year_to_year, twins or magnitude"),
    _text("organ_id", "whose reports"),
    _text("metric", "of the left side"),
    *_side("left", "the earlier year's or the first twin's"),
    *_side("right", "the later year's or the second twin's"),
    _text("detail", "both sides in words"),
    comment="Checks across reports: what two reports of one organ state differently.",
)

#: What hangs on a reading, in the item's order: table → the item's list.
PARTS = {
    SECTIONS: "sections",
    FACTS: "facts",
    CHECKS: "checks",
    SPAM: "spam",
    ATTACHMENTS: "attachments",
}

Index("reports_by_capture", REPORTS.c.capture_id)
Index("reports_by_document", REPORTS.c.report_id)
Index("reports_by_organ", REPORTS.c.organ_id, REPORTS.c.year)
Index("facts_by_metric", FACTS.c.metric)
Index("corrections_by_document", CORRECTIONS.c.report_id, CORRECTIONS.c.metric)
