"""R18: whatever a server says, no output of ours is more than text to who opens it.

A site says what can be said against a reader: terminal escapes, marks that turn writing, lines that
look like lines of a log, formulas, scripts, names that climb out of a folder or never end; in
titles, tables, link texts, file names, addresses, headers, charsets and reason phrases. It is
captured, and every way that leads out of the project is taken: logs and terminal, feeds of every
form, stores, the report on cleaning, packages, indexes, the commands' own words, pages of explore.
Each output is then read by the program's eyes that would be fooled.
"""

from __future__ import annotations

import csv
import functools
import html
import importlib
import io
import json
import logging
import re
import shutil
import sqlite3
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
import pyarrow.parquet as pq
from prometheus_client.parser import text_string_to_metric_families
from selectolax.lexbor import LexborHTMLParser

from crawler.stores.loading import load
from parsers.items import as_item
from tests.archive.answers import answer
from tests.archive_commands.writing import read
from tests.explore.conftest import Pages
from tests.explore.test_safety import every_page, hostile
from tests.servers.wire_server import WireServer
from tests.torture.hostile import ESCAPES, FORGED, FORMULAS, HOSTILE, TRICKS, evil_archive, site
from tests.torture.registry import Check
from tests.walk.runs import scrapy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.registry import Trial

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
#: Names of tables in a store, as files and lists name themselves.
FEEDS = ("items.jsonl", "items.csv", "items.facts.csv", "items.xlsx", "items.parquet",
         "items.facts.parquet", "items.sqlite")  # fmt: skip


def _captured(folder: Path, fault: str | None = None) -> Path:
    """Capture the site, every feed written; return the folder of the run."""
    folder.mkdir()
    pages = site()
    with WireServer(pages) as server:
        paths = [
            *pages,
            "/%1b%5b31m",
            "/%e2%80%ae%0a" + quote(FORGED),
            "/..%2f..%2fevil",
            "/" + "a" * 9000,
        ]
        feeds = [part for name in FEEDS for part in ("-o", str(folder / name))]
        feeds += ["-o", f"duckdb:///{folder}/items.duckdb"]
        pairs = {"RETRY_TIMES": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8", "LOG_LEVEL": "DEBUG",
                 "LOADS": str(folder / "loads")}  # fmt: skip
        told = [part for name, value in pairs.items() for part in ("-s", f"{name}={value}")]
        if fault:
            feeds, paths = feeds[:2], paths[:3]
        scrapy(folder, "capture", *(f"{server.url}{path}" for path in paths), *feeds, *told,
               plant=(__name__, "plant", fault))  # fmt: skip
    return folder


@functools.cache
def _shared() -> Path:
    """Return the run that all outputs of this process are made from."""
    return _captured(Path(tempfile.mkdtemp(prefix="outputs-")) / "run")


def _said(folder: Path, fault: str | None, *arguments: str) -> str:
    """Return what a command of ours says on both channels."""
    folder.mkdir(exist_ok=True)
    out = folder / "out.txt"
    done = scrapy(folder, *arguments, plant=(__name__, "plant", fault), out=str(out))
    return out.read_text("utf-8", "surrogateescape") + done.stderr


# ---- the eyes that would be fooled ----


def fooled_terminal(text: str) -> str | None:
    """Return what a terminal, or who reads a log, would take for more than text."""
    found = _UNSHOWN.search(text)
    if found:
        return f"U+{ord(found[0]):04X} in {text[max(0, found.start() - 40) : found.end() + 20]!r}"
    lines = [line for line in text.splitlines() if line.startswith(FORGED[:20])]
    return f"a forged line: {lines[0]!r}" if lines else None


def fooled_browser(text: str) -> str | None:
    """Return what a browser would run or fetch of a page's own words."""
    tree = LexborHTMLParser(text)
    for node in tree.css("script, img, iframe, object, [onerror], [onload], a[href^=javascript]"):
        if "planted" in (node.html or "") or "x.invalid" in (node.html or ""):
            return f"an element: {(node.html or '')[:80]!r}"
    found = _UNSHOWN.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def fooled_sheet(text: str) -> str | None:
    """Return a cell that a spreadsheet would compute."""
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            if re.match("[\ufeff\u200b ]*[=+\\-@\t\r＝＋－＠|%]", cell) and not _number(cell):
                return f"a formula: {cell[:60]!r}"
    return None


def _number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def fooled_workbook(data: bytes) -> str | None:
    """Return a cell of a workbook that is no text or number, or a link out of it."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            said = book.read(name)
            if name.startswith("xl/worksheets/") and (b"<f>" in said or b"hyperlink" in said):
                return f"{name} computes or links"
            if b'TargetMode="External"' in said:
                return f"{name} links out of the workbook"
    return None


def unlike(texts: list[str], whole: list[str]) -> str | None:
    """Return a text that a store or file holds otherwise than the feed of JSON lines does."""
    missing = set(whole) - set(texts)
    return (
        f"{len(missing)} titles are not as in the feed: {sorted(missing)[:2]!r}"
        if missing
        else None
    )


def climbing(names: list[str]) -> str | None:
    """Return a name that leaves its folder, that no system can write, or that never ends."""
    for name in names:
        parts = re.split(r"[/\\]", name)
        if re.match(r"[/\\]|[A-Za-z]:", name) or ".." in parts or _UNSHOWN.search(name):
            return f"a member called {name[:60]!r}"
        if any(len(part.encode()) > 255 for part in parts):
            return f"a name of {len(name)} characters"
        if any(re.fullmatch(r"(?i)(con|nul|aux|prn)(\..*)?", part) for part in parts):
            return f"a reserved name: {name[:60]!r}"
    return None


# ---- the outputs ----


def _log(folder: Path, fault: str | None) -> str | None:
    run = _captured(folder / "run", fault) if fault else _shared()
    return fooled_terminal((run / "log.txt").read_text("utf-8", "surrogateescape"))


def _terminal(folder: Path, fault: str | None) -> str | None:
    run = _captured(folder / "run", fault) if fault else _shared()
    return fooled_terminal((run / "stderr.txt").read_text("utf-8", "surrogateescape"))


def _titles() -> list[str]:
    lines = (_shared() / "items.jsonl").read_text("utf-8").split("\n")
    return [item["title"] for item in map(json.loads, filter(None, lines)) if item["title"]]


def _lines(_: Path, __: str | None) -> str | None:
    lines = (_shared() / "items.jsonl").read_bytes().split(b"\n")
    items = [json.loads(line) for line in lines if line]
    if len(items) < len(HOSTILE):
        return f"only {len(items)} items"
    names = [each["filename"] for item in items for each in item["attachments"]]
    return climbing([name for name in names if name and name not in _RESERVED])


#: What a portal calls a file is told as it is where only a system without our outputs minds.
_RESERVED = ("CON.pdf", "NUL")


def _sheet(name: str) -> Callable[[Path, str | None], str | None]:
    def fooled(folder: Path, fault: str | None) -> str | None:
        path = _shared() / name
        if fault:
            path = folder / name
            _said(folder, fault, "reparse", str(_shared() / "archive"), "-O", str(path))
        return fooled_sheet(path.read_text("utf-8"))

    return fooled


def _workbook(folder: Path, fault: str | None) -> str | None:
    path = _shared() / "items.xlsx"
    if fault:
        path = folder / "items.xlsx"
        _said(folder, fault, "reparse", str(_shared() / "archive"), "-O", str(path))
    return fooled_workbook(path.read_bytes())


def _parquet(_: Path, __: str | None) -> str | None:
    return unlike(pq.read_table(_shared() / "items.parquet")["title"].to_pylist(), _titles())


def _sqlite(_: Path, __: str | None) -> str | None:
    with sqlite3.connect(_shared() / "items.sqlite") as store:
        return unlike([row[0] for row in store.execute("SELECT title FROM reports")], _titles())


def _duckdb(folder: Path, __: str | None) -> str | None:
    copy = shutil.copy(_shared() / "items.duckdb", folder / "copy.duckdb")
    with duckdb.connect(copy, read_only=True) as store:
        return unlike([row[0] for row in store.execute("SELECT title FROM reports").fetchall()],
                      _titles())  # fmt: skip


def _records(_: Path, __: str | None) -> str | None:
    """WARC headers: no line in them that a page wrote, nothing that is not of their form."""
    for path in (_shared() / "archive").rglob("*.warc.gz"):
        for record in read(path):
            for name, value in record.headers:
                said = f"{name}: {value}"
                if "Forged" in name or not said.isascii() or not said.isprintable():
                    return f"a header {said[:80]!r}"
    return None


def _files(_: Path, __: str | None) -> str | None:
    run = _shared()
    outside = [each.name for each in run.parent.iterdir() if each.name != run.name]
    names = [str(each.relative_to(run)) for each in run.rglob("*")]
    return f"written outside: {outside}" if outside else climbing(names)


def _package(folder: Path, fault: str | None) -> str | None:
    source = folder / "away"
    source.mkdir()
    for path in (_shared() / "archive").glob("*.warc.gz"):
        shutil.copy(path, source / "..\\evil\x1b[2J.warc.gz")
    said = _said(folder, fault, "archive", "package", str(source), "-o", str(folder / "a.wacz"))
    with zipfile.ZipFile(folder / "a.wacz") as package:
        return climbing(package.namelist()) or fooled_terminal(said)


def _cleaned(folder: Path, fault: str | None) -> str | None:
    return fooled_terminal(_said(folder, fault, "clean-report", str(_shared() / "archive")))


def _cleaned_page(folder: Path, fault: str | None) -> str | None:
    path = folder / "cuts.html"
    _said(folder, fault, "clean-report", str(_shared() / "archive"), "--html", str(path))
    return fooled_browser(path.read_text("utf-8"))


def _verified(folder: Path, fault: str | None) -> str | None:
    """An archive whose headers themselves are hostile, as a stranger may send one."""
    path = folder / "evil.warc"
    path.write_bytes(evil_archive())
    tasks = (("stats",),) if fault else (("verify",), ("stats",), ("repair",))
    said = "".join(_said(folder, fault, "archive", *task, str(path)) for task in tasks)
    if fault:
        return fooled_terminal(said)
    said += _said(folder, fault, "archive", "index", str(path), "-o", str(folder / "a.cdxj"))
    said += _said(folder, fault, "reparse", str(path), "-O", str(folder / "items.jsonl"))
    return fooled_terminal(said)


def _store(folder: Path) -> Path:
    """Return a store of two reports that say everything that can be said, in every field."""
    path, feed = folder / "s.sqlite", folder / "feed.jsonl"
    reports = []
    for number in (1, 2):
        report = hostile(number, 2019 + number)
        bad = "".join((ESCAPES, TRICKS, f"\n{FORGED}\n", *FORMULAS))
        organ = replace(report.agency, name=f"{bad}{report.agency.name}")
        reports.append(replace(report, title=f"{bad}{report.title}", agency=organ,
                               text=f"{report.text}\n{bad}", warnings=[bad]))  # fmt: skip
    feed.write_text("".join(json.dumps(as_item(each)) + "\n" for each in reports), "utf-8")
    load(f"sqlite:///{path}", feed)
    return path


def _store_words(folder: Path, fault: str | None) -> str | None:
    store = _store(folder)
    said = _said(folder, fault, "store", "find", f"sqlite:///{store}", "年度报告")
    said += _said(folder, fault, "store", "check", f"sqlite:///{store}")
    return fooled_terminal(said) if "年度报告" in said else f"nothing was found: {said[-200:]!r}"


def _registry_file(folder: Path, portal: str, name: str, home: str) -> Path:
    path = folder / "registry.toml"
    told = {"id": portal, "name": name, "division": "512000", "region": name,
            "level": "prefecture", "type": "government", "home": home}  # fmt: skip
    rows = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    path.write_text("\n".join(["[[portal]]", *rows, 'hosts = ["127.0.0.1"]', ""]), "utf-8")
    return path


def _portals(folder: Path, fault: str | None) -> str | None:
    """A registry that names portals as nobody should; its names come out by many commands."""
    path = _registry_file(
        folder, "evil", f"云泽市{ESCAPES}{TRICKS}\n{FORGED}", "http://127.0.0.1:9/"
    )
    known = ("-s", f"REGISTRY={path}", "-s", f"RUNS_URL=sqlite:///{folder}/runs.sqlite")
    said = "".join(_said(folder, fault, *task, *known) for task in (
        ("portals",), ("portals", "check"), ("due", "--all"), ("status", "--all"),
        ("crawl", "sections", "-a", "portal=evil"), ("status",)))  # fmt: skip
    metrics = folder / "m.prom"
    _said(folder, fault, "status", "--prometheus", str(metrics), *known)
    names = {each.name for each in text_string_to_metric_families(metrics.read_text("utf-8"))}
    if strange := {name for name in names if not name.startswith("disclosure_")}:
        return f"metrics {strange}"
    climbs = _registry_file(folder, "../evil", "云泽市", "http://127.0.0.1:9/")
    refused = _said(folder, None, "portals", "-s", f"REGISTRY={climbs}")
    if "lower-case letters" not in refused:
        return f"a portal called ../evil passes: {refused[-200:]!r}"
    return fooled_terminal(said)


def _sniffed(folder: Path, fault: str | None) -> str | None:
    bad = html.escape(ESCAPES + TRICKS)
    rows = "".join(f'<li><a href="/nb/{n}.html">{bad}云泽市人民政府{n}年信息公开年度报告</a>'
                   f"<span>{n + 1}-01-31</span></li>" for n in range(2012, 2023))  # fmt: skip
    pages = {"/": f'<title>{bad}云泽市人民政府</title><a href="/nb/">政府信息公开年报</a>',
             "/nb/": f"<title>{bad}</title><ul>{rows}</ul>"}  # fmt: skip
    kind = b"Content-Type: text/html; charset=utf-8"
    with WireServer({at: answer(page.encode(), kind) for at, page in pages.items()}) as server:
        said = _said(folder, fault, "sniff", f"{server.url}/")
    return fooled_terminal(said) if "[[portal]]" in said else f"no stanza: {said[-300:]!r}"


def _explored(folder: Path, fault: str | None) -> str | None:
    """Pages of explore over the store, asked in this process."""
    from crawler.explore.application import application  # noqa: PLC0415
    from crawler.explore.opening import store_file  # noqa: PLC0415
    from crawler.explore.replaying import Replay  # noqa: PLC0415
    from crawler.explore.summary import summary_of  # noqa: PLC0415

    store = _store(folder)
    summary = summary_of(store_file(str(store)), folder / "work")
    pages = Pages(application(store, summary, Replay([], {})))
    if fault:
        pages.datasette.jinja_env.autoescape = False
    try:
        paths = every_page(pages)
        for path in paths:
            if said := fooled_browser(pages.ask(path).text):
                return f"{path}: {said}"
    finally:
        pages.close()
    return None


OUTPUTS: dict[str, Callable[[Path, str | None], str | None]] = {
    "log": _log, "terminal": _terminal, "JSON lines": _lines, "CSV": _sheet("items.csv"),
    "CSV of figures": _sheet("items.facts.csv"), "workbook": _workbook, "Parquet": _parquet,
    "SQLite": _sqlite, "DuckDB": _duckdb, "WARC headers": _records, "file names": _files,
    "package": _package, "clean-report": _cleaned, "clean-report's page": _cleaned_page,
    "words about archives": _verified, "words about stores": _store_words,
    "words about portals": _portals, "stanza": _sniffed, "pages of explore": _explored,
}  # fmt: skip


def run(trial: Trial) -> Iterator[str | None]:
    """Look at each output; with a fault, at the one that it spoils."""
    names = [FAULTS[trial.fault][0]] if trial.fault else list(OUTPUTS)
    trial.whole = len(names)
    for name in names:
        folder = trial.folder / name.replace(" ", "-").replace("'", "")
        folder.mkdir()
        said = OUTPUTS[name](folder, trial.fault)
        yield f"{name}: {said}" if said else None


def plant(fault: str | None) -> None:
    """Take away what makes an output harmless."""
    if fault:
        FAULTS[fault][1]()


def _put(module: str, name: str, what: Any) -> Callable[[], None]:
    """Return what puts something of its own in the place of a function of ours."""

    def put() -> None:
        setattr(importlib.import_module(module), name, what)

    return put


def _as_is(text: str) -> str:
    return text


def _raw_log() -> None:
    """Take the guard off, and let a component say what a page is called."""
    from crawler.archive import extension  # noqa: PLC0415 (settings are read in a run)
    from crawler.pipelines import ParseReport  # noqa: PLC0415

    extension.guard_log = lambda: None
    parsed = ParseReport.process_item

    def process_item(stage: Any, item: Any) -> Any:
        report = parsed(stage, item)
        logging.getLogger(__name__).info("read %s", report.text)
        return report

    ParseReport.process_item = process_item  # type: ignore[method-assign]


def _raw_words() -> None:
    """Let the run's last words be a server's."""
    from crawler import commands  # noqa: PLC0415 (planted in the fork)

    commands.harmless = _as_is
    commands._how_it_ended = lambda _: [ESCAPES]


#: Fault → the output that it spoils, and what plants it in the process of the command.
FAULTS: dict[str, tuple[str, Callable[[], None]]] = {
    "raw-log": ("log", _raw_log),
    "raw-words": ("terminal", _raw_words),
    "raw-cells": ("CSV", _put("crawler.feeds.spreadsheets", "guarded", _as_is)),
    "raw-names": ("package", _put("crawler.archive.package", "safe_name", _as_is)),
    "raw-damages": ("words about archives", _put("crawler.commands.archive", "harmless", _as_is)),
    "raw-stanza": ("stanza", _put("crawler.commands.sniff", "harmless", _as_is)),
    "raw-pages": ("pages of explore", _put("html", "escape", _as_is)),
}

CHECK = Check(
    name="R18 outputs",
    claim="no name and no text of a server is more than text in any output",
    goal=None,
    sample=13,  # what follows starts many commands; their own tests look at them, too
    run=run,
    faults=tuple(FAULTS),
)
