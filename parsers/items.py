"""Page → Document → Report: the three shapes of the data, and the public contract of the last.

`Page` is a capture as bytes, `Document` its content as blocks in reading order, `Report` what is
handed to exporters. The contract of `Report` (every field, its type and meaning) is the section
"The report item" of the README; `SCHEMA_VERSION` is its version. Offsets count characters into
`Report.text`; lengths and offsets in `ArchiveRef` count bytes. Nothing here computes.

What a `Report` is made of has no slots: orjson writes such a class five times as fast (117 figures
in 18 instead of 94 microseconds).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from parsers import PARSER_VERSION

SCHEMA_VERSION = "1"

Kind = Literal["annual_report", "list", "other"]
Template = Literal["narrative", "statistics", "tables_2019", "tables_2021"]
Script = Literal["simplified", "traditional", "obfuscated"]
SpamKind = Literal[
    "link_farm",
    "hidden_block",
    "brand_substitution",
    "domain_substitution",
    "pinyin_annotation",
    "script_injection",
    "meta_injection",
    "encoding_damage",
    "lost_digits_unit",
]


@dataclass(frozen=True)
class ArchiveRef:
    """Where the WARC record of a capture lies: enough to read it back with one range request."""

    filename: str
    offset: int
    length: int
    record_id: str
    payload_digest: str


@dataclass(frozen=True)
class AttachedTo:
    """The page that an attachment hangs on."""

    url: str
    link_text: str
    report_id: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """How the crawl came to a capture: the content of its WARC metadata record.

    `requested_url` is the URL before redirects, `redirects` the hops in order without the last.
    `portal` is a registry id, `section` the URL of the listing. `depth` counts links from the
    start page. `embedded_in` is the drawn page that a browser asked for this with. Every field may
    be missing: another tool's archive has no such record.
    """

    requested_url: str | None = None
    redirects: tuple[str, ...] = ()
    via: str | None = None
    depth: int | None = None
    portal: str | None = None
    section: str | None = None
    link_text: str | None = None
    attached_to: AttachedTo | None = None
    embedded_in: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One archived capture, content-decoded: the hinge between crawl or archive and the stages.

    `headers` are names and values as received, in order; `body` is decoded from its content coding
    (gzip, br, …) but not from its charset. `fetched_at` is RFC 3339 UTC. `revisit` says that an
    earlier capture of this address has the same payload.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    fetched_at: str
    archive: ArchiveRef
    context: Context = Context()
    warnings: tuple[str, ...] = ()
    revisit: bool = False

    def header(self, name: str) -> str | None:
        """Return the last value of header `name`, any case, as latin-1 text."""
        wanted = name.lower().encode("ascii")
        values = [value for key, value in self.headers if key.lower() == wanted]
        return values[-1].decode("latin-1").strip() if values else None


class Link(NamedTuple):
    """An anchor: absolute `url`, its text as printed."""

    url: str
    text: str


class Cell(NamedTuple):
    """One table cell as written: no grid expansion, so that the n-th cell stays the n-th."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a table, in reading order.

    `text` is one line; for a table it is empty and `rows` holds the cells. `tag` is the element
    that made the block ("p", "h1", "table", …). `hidden` says that a reader does not see it, with
    the reason ("display:none", …). `main` says that it lies in the page's main block.
    """

    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    links: tuple[Link, ...] = ()
    tag: str = "p"
    hidden: str | None = None
    main: bool = True

    @property
    def is_table(self) -> bool:
        """Whether this block is a table."""
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Document:
    """A page's content: blocks in reading order, its `<title>`, its `<meta>` pairs.

    `meta` keeps names as written, in page order. `scripts` are the texts of inline scripts, for the
    findings of cleaning only. `media_type` is told by the bytes. `kept` is what readers worked out
    of it (`shown.once`), no part of what it is.
    """

    page: Page
    media_type: str
    charset: str | None
    page_title: str | None = None
    meta: tuple[tuple[str, str], ...] = ()
    blocks: tuple[Block, ...] = ()
    scripts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kept: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class KnownOrgan:
    """What the registry knows about the organ behind a host (and so about its captures).

    `own_host` is true where the host is the organ's own; `name` is in full, `portal` the registry
    id. `site_names` are names that the site bears besides the organ's (中国·廊坊).
    """

    portal: str
    name: str
    id: str | None = None
    region_code: str | None = None
    region: str | None = None
    level: str | None = None
    type: str | None = None
    site_id: str | None = None
    own_host: bool = True
    site_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cut:
    """One finding of cleaning: what was cut, restored or flagged, and which rule said so."""

    kind: SpamKind
    quote: str
    action: Literal["removed", "restored", "flagged"]
    rule: str
    replacement: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document after cleaning, what was cut from it, and the script it came in."""

    document: Document
    cuts: tuple[Cut, ...]
    script: Script


@dataclass
class Source:
    """Where a capture comes from, and whether that host may speak for the organ."""

    portal: str | None
    official: bool
    mirror_of: str | None = None


@dataclass
class Agency:
    """The issuing organ (发布机构), restored; `evidence` says what named it."""

    name: str | None = None
    evidence: Literal["registry", "meta", "signature", "title", "body"] | None = None
    id: str | None = None
    region_code: str | None = None
    region: str | None = None
    level: str | None = None
    type: str | None = None
    site_id: str | None = None


@dataclass
class Period:
    """The statistics period (统计期限) as stated, ISO dates."""

    start: str
    end: str


@dataclass
class Section:
    """A heading of the report and the span of text under it."""

    level: int
    number: str
    title: str
    start: int
    end: int


@dataclass
class Fact:
    """One figure with its evidence: `text[start:end]` contains the value."""

    metric: str
    value: float
    unit: str
    scope: Literal["organ", "part"]
    label: str
    method: Literal["table", "prose"]
    start: int
    end: int
    qualifier: Literal["exact", "approximate", "at_least"] = "exact"


@dataclass
class Check:
    """One identity of the vocabulary, tried on one row, column or group."""

    rule: str
    where: str
    status: Literal["pass", "fail", "not_applicable"]
    detail: str | None = None


@dataclass
class Attachment:
    """A file that the page links to and that may hold the report."""

    url: str
    link_text: str
    filename: str


@dataclass
class DuplicateOf:
    """The earlier capture that this one repeats."""

    capture_id: str
    kind: Literal["exact", "near"]
    similarity: float


@dataclass
class Report:
    """The item that every exporter receives: the public contract, in the contract's order."""

    schema_version: str
    report_id: str
    capture_id: str
    kind: Kind
    url: str
    final_url: str
    fetched_at: str
    archive: ArchiveRef
    source: Source
    title: str | None = None
    agency: Agency = field(default_factory=Agency)
    year: int | None = None
    period: Period | None = None
    published_on: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    template: Template | None = None
    script: Script = "simplified"
    text: str = ""
    sections: list[Section] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    spam: list[Cut] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    attached_to: AttachedTo | None = None
    duplicate_of: DuplicateOf | None = None
    parser_version: str = PARSER_VERSION
    warnings: list[str] = field(default_factory=list)


def stable_id(*parts: str | None) -> str:
    """Return 32 hex digits that depend on nothing but `parts`; None and "" differ.

    >>> stable_id("a", None) == stable_id("a", "")
    False
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"\x00" if part is None else b"\x01")
        digest.update((part or "").encode("utf-8", "surrogatepass") + b"\x02")
    return digest.hexdigest()[:32]


def as_item(report: Report) -> dict[str, Any]:
    """Return `report` as plain lists, dicts and scalars, keys in the contract's order."""
    return asdict(report)
