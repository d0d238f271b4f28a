"""Parse: a cleaned document → the item that exporters receive.

Puts together what the readers of titles, organs, dates, metadata, outline and figures find. A pure
function of the document and of what the registry knows of its host: no clock, no network. A page
that cannot be read still gives an item, with warnings.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from parsers.agencies import agency_of
from parsers.authenticity import source_of
from parsers.check import check_report
from parsers.cleaning import clean
from parsers.collector import VAST_PAGE, resting
from parsers.dates import period_in
from parsers.extract import extract
from parsers.extract.links import asked_for, file_name
from parsers.formats import read_facts, template_of
from parsers.items import (
    SCHEMA_VERSION,
    Attachment,
    Report,
    stable_id,
)
from parsers.kinds import headline_of, kind_of
from parsers.layout import lay_out
from parsers.metadata import (
    dated_under,
    document_number_in,
    index_number_in,
    published_in,
    signed_in,
)
from parsers.opening_titles import opening_title
from parsers.organs import is_generic
from parsers.sections import outline
from parsers.titles import (
    Title,
    find_title,
    linked_title,
    names_a_column,
    organ_in,
    squeeze,
    tidy,
)

if TYPE_CHECKING:
    from parsers.items import Cleaned, Document, Kind, KnownOrgan, Page, Period
    from parsers.layout import Layout

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)$", re.IGNORECASE)
# 附件【2014年年报.doc】已下载12次: a script hands the file out, only the link's text names it.
_WORDS = re.compile(r"[^\s【】\[\]《》:：]++")
_ENDING = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?![a-z0-9])", re.IGNORECASE)
_YEAR = re.compile(r"((?:19|20)(?<!\d\d\d)\d{2})\s?年")
# 政府信息公开 reports exist since the Regulation of 2008; cities reported from 2004 on.
_FIRST_YEAR, _LAST_YEAR = 2003, 2035


def read_page(page: Page, known: KnownOrgan | None) -> Report:
    """Return the item of `page`: extract, clean, parse and check, in one call."""
    with resting(vast=len(page.body) > VAST_PAGE):
        return _read_page(page, known)


def _read_page(page: Page, known: KnownOrgan | None) -> Report:
    return check_report(parse_report(clean(extract(page), known), known))


def parse_report(cleaned: Cleaned, known: KnownOrgan | None) -> Report:
    """Return the item of a cleaned document; `known` is what the registry knows of its host."""
    document = cleaned.document
    layout = lay_out(document)
    title = find_title(document) or opening_title(document) or linked_title(document)
    if title and names_a_column(title):
        title = opening_title(document, declared=True) or title
    kind = kind_of(document, title)
    agency, conflicts = agency_of(document, title, known)
    source, doubts = source_of(cleaned, known)
    page = document.page
    report = Report(
        schema_version=SCHEMA_VERSION,
        report_id="",
        capture_id=stable_id(page.final_url, page.archive.payload_digest),
        kind=kind,
        url=page.url,
        final_url=page.final_url,
        fetched_at=page.fetched_at,
        archive=page.archive,
        source=source,
        title=_title(document, title, kind),
        agency=agency,
        script=cleaned.script,
        text=layout.text,
        sections=outline(layout),
        spam=list(cleaned.cuts),
        attachments=_attachments(document),
        attached_to=page.context.attached_to,
        index_number=index_number_in(document),
        document_number=document_number_in(document),
        warnings=[*document.warnings, *conflicts, *doubts],
    )
    _date(report, document, title)
    if report.kind == "annual_report":
        _read_figures(report, layout)
    report.report_id = _report_id(report)
    return report


def _read_figures(report: Report, layout: Layout) -> None:
    report.template = template_of(layout)
    report.facts, warnings = read_facts(layout, report.template, report.year)
    report.warnings += warnings


def _date(report: Report, document: Document, title: Title | None) -> None:
    """Fill in the year, the period and the date of publication; conflicts become warnings."""
    report.period = period_in(report.text)
    report.year = _year(report.period, title, report)
    if report.year and title and title.year and title.year != report.year:
        report.warnings.append(f"the title says {title.year}, the statistics period {report.year}")
    report.published_on = published_in(document)
    if report.published_on is None and report.kind != "list":  # whose rows bear their own dates
        dated = _dated(document, title, report.title)
        report.published_on = dated or _signed(document, report.year)


def _year(period: Period | None, title: Title | None, report: Report) -> int | None:
    """Return the reporting year: the statistics period's, else the title's, else the body's."""
    if period and period.start[:4] == period.end[:4]:
        return int(period.start[:4])
    if title and title.year:
        return title.year
    if report.kind != "annual_report":
        return None
    years = [int(year) for year in _YEAR.findall(report.text)]
    counts = Counter(year for year in years if _FIRST_YEAR <= year <= _LAST_YEAR)
    return counts.most_common(1)[0][0] if counts else None


def _dated(document: Document, title: Title | None, headline: str | None) -> str | None:
    """Return the date under the report's title, of another page under what it calls itself."""
    if title:
        return dated_under(document, title.block) if title.block >= 0 else None
    blocks = document.blocks
    heads = (n for n, b in enumerate(blocks) if 0 < len(b.text) <= _LONGEST_HEAD and not b.links)
    at = next((n for n in heads if tidy(blocks[n].text) == headline), None)
    return None if at is None else dated_under(document, at)


# A heading with its date, source and counters on one line is shorter.
_LONGEST_HEAD = 200


def _signed(document: Document, year: int | None) -> str | None:
    """Return the date of signing; a date before the reporting year is another document's."""
    signed = signed_in(document)
    return signed if signed and (year is None or int(signed[:4]) >= year) else None


def _title(document: Document, title: Title | None, kind: Kind) -> str | None:
    """Return the report's title; of a page that is none, what the page calls itself."""
    if title and kind == "annual_report":
        return _covering_title(document, title) or title.text
    own = _other_title(document)
    if kind == "list":  # its lines are other pages' titles
        return own
    return headline_of(document) or own or _title_line(document) or (title.text if title else None)


def _covering_title(document: Document, title: Title) -> str | None:
    """Return the covering letter's title where only its sentence names the report as 我局's."""
    if title.organ is None or not is_generic(title.organ):
        return None
    headline = headline_of(document)
    named = headline and organ_in(headline)
    return headline if named and not is_generic(named) else None


def _other_title(document: Document) -> str | None:
    """Return the title of a page that bears no report's: by `<meta>`, heading or `<title>`."""
    meta = {name.lower(): value for name, value in document.meta}
    heading = next((b.text for b in document.blocks if b.tag == "h1" and b.text), None)
    for text in (meta.get("articletitle"), heading, document.page_title):
        if text and tidy(text):
            return tidy(text)
    return None


_LINES, _SHORTEST, _LONGEST = 12, 8, 60
_TITLE_END = re.compile(
    r"(?:通知|公告|意见|办法|规定|制度|指南|目录|方案|细则|报告|总结|解读|报表|计划|函)(?:[(（].{1,12}[)）])?$"
)


def _title_line(document: Document) -> str | None:
    """Return the first short line that ends as a document's title does."""
    lines = [block.text for block in document.blocks if block.text and block.hidden is None]
    for line in lines[:_LINES]:
        text = tidy(line)
        if _SHORTEST <= len(text) <= _LONGEST and _TITLE_END.search(text):
            return text
    return None


def _attachments(document: Document) -> list[Attachment]:
    """Return the files that the main block links to, each address once, in page order."""
    found: dict[str, Attachment] = {}
    for block in document.blocks:
        if not block.main or block.hidden is not None:
            continue
        for link in block.links:
            path, said = urlsplit(link.url).path, _file_named_in(link.text)
            if _FILE.search(path) or said:
                url = asked_for(link.url, document.charset or "utf-8")
                name = said if said and not _FILE.search(path) else file_name(link.url)
                found.setdefault(url, Attachment(url, link.text, name))
    return list(found.values())


def _file_named_in(text: str) -> str | None:
    """Return the name of the first file that a link's text names, to its last ending."""
    if "." not in text:
        return None
    for words in _WORDS.finditer(text):
        endings = list(_ENDING.finditer(words[0], 1))
        if endings:
            return words[0][: endings[-1].end()]
    return None


def _report_id(report: Report) -> str:
    if report.attached_to and report.attached_to.report_id:
        return report.attached_to.report_id
    who = report.agency.name or _host(report.final_url)
    return stable_id(who, str(report.year), squeeze(report.title) if report.title else None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
