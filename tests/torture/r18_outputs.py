"""R18: whatever a server says, no output of ours is more than text to who opens it.

A site says what can be said against a reader: terminal escapes, marks that turn writing, lines that
look like lines of a log, formulas, scripts, names that climb out of a folder or never end; in
titles, tables, link texts, file names, addresses, headers, charsets and reason phrases. It is
captured, and every way that leads out of the project is taken: logs and terminal, feeds of every
form, stores, the report on cleaning, packages, indexes, the commands' own words, pages of explore.
Each output is then read by the program's eyes that would be fooled.
"""

from __future__ import annotations

import atexit
import functools
import html
import io
import json
import re
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import duckdb
import psycopg
import pyarrow.parquet as pq
from prometheus_client.parser import text_string_to_metric_families

from crawler.feeds import spreadsheets
from crawler.stores.loading import load
from parsers.items import as_item
from tests.archive.answers import answer
from tests.archive_commands.writing import read
from tests.explore.conftest import Pages
from tests.explore.test_safety import every_page, hostile
from tests.servers.postgres import database, postgresql
from tests.servers.wire_server import WireServer
from tests.torture.eyes import (
    climbing,
    fooled_browser,
    fooled_sheet,
    fooled_terminal,
    fooled_workbook,
    unlike,
)
from tests.torture.hostile import ESCAPES, FORGED, FORMULAS, HOSTILE, TRICKS, evil_archive, site
from tests.torture.output_faults import FAULTS, plant
from tests.torture.registry import Check
from tests.torture.warmed import scrapy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.torture.registry import Trial

#: The module that plants faults in a process.
PLANTS = "tests.torture.output_faults"
FEEDS = ("items.jsonl", "items.csv", "items.facts.csv", "items.xlsx", "items.parquet",
         "items.facts.parquet", "items.sqlite")  # fmt: skip


def _captured(folder: Path, fault: str | None = None, *, few: bool = False, **own: str) -> Path:
    """Capture the site, every feed written, or a `few` pages; return the folder of the run."""
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
                 "LOADS": str(folder / "loads"), **own}  # fmt: skip
        told = [part for name, value in pairs.items() for part in ("-s", f"{name}={value}")]
        if few:
            feeds, paths = feeds[:2], paths[:3]
        scrapy(folder, "capture", *(f"{server.url}{path}" for path in paths), *feeds, *told,
               plant=(PLANTS, "plant", fault))  # fmt: skip
    return folder


@functools.cache
def _shared() -> Path:
    """Return the run that all outputs of this process are made from."""
    folder = Path(tempfile.mkdtemp(prefix="outputs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _captured(folder / "run")


def _said(folder: Path, fault: str | None, *arguments: str) -> str:
    """Return what a command of ours says on both channels."""
    folder.mkdir(exist_ok=True)
    out = folder / "out.txt"
    done = scrapy(folder, *arguments, plant=(PLANTS, "plant", fault), out=str(out))
    return out.read_text("utf-8", "surrogateescape") + done.stderr


# ---- the outputs ----


def _run(folder: Path, fault: str | None) -> Path:
    """Return the folder of a run: everyone's, or one of its own with a fault in it."""
    return _captured(folder / "run", fault, few=True) if fault else _shared()


def _feed(folder: Path, name: str, fault: str | None) -> Path:
    """Return a feed of that run, or one made anew with a fault in it."""
    if fault is None:
        return _shared() / name
    _said(folder, fault, "reparse", str(_shared() / "archive"), "-O", str(folder / name),
          "--workers", "1")  # fmt: skip
    return folder / name


def _log(folder: Path, fault: str | None) -> str | None:
    log = _run(folder, fault) / "log.txt"
    return fooled_terminal(log.read_text("utf-8", "surrogateescape"))


def _json_log(folder: Path, fault: str | None) -> str | None:
    """Read a log in JSON by its lines."""
    run = _captured(folder / "run", fault, few=bool(fault), LOG_JSON="1", LOG_LEVEL="INFO")
    log = (run / "log.txt").read_text("utf-8", "surrogateescape")
    events = [json.loads(line) for line in log.split("\n") if line]
    return fooled_terminal(log) if len(events) > 9 else f"only {len(events)} events"


def _terminal(folder: Path, fault: str | None) -> str | None:
    said = _run(folder, fault) / "stderr.txt"
    return fooled_terminal(said.read_text("utf-8", "surrogateescape"))


def _titles() -> list[str]:
    lines = (_shared() / "items.jsonl").read_text("utf-8").split("\n")
    return [item["title"] for item in map(json.loads, filter(None, lines)) if item["title"]]


def _lines(folder: Path, fault: str | None) -> str | None:
    lines = _feed(folder, "items.jsonl", fault).read_bytes().split(b"\n")
    items = [json.loads(line) for line in lines if line]
    if len(items) < len(HOSTILE):
        return f"only {len(items)} items"
    names = [each["filename"] for item in items for each in item["attachments"]]
    return climbing([name for name in names if name and name not in _RESERVED])


#: What a portal calls a file is told as it is where only a system without our outputs minds.
_RESERVED = ("CON.pdf", "NUL")
_TITLES = "SELECT title FROM reports"


def _sheet(name: str) -> Callable[[Path, str | None], str | None]:
    return lambda folder, fault: fooled_sheet(_feed(folder, name, fault).read_text("utf-8"))


def _figures(folder: Path, fault: str | None) -> str | None:
    """Figures of reports that say formulas in each field, through the exporter itself."""
    held = io.BytesIO()
    guard = spreadsheets.guarded
    if fault:
        plant(fault)
    exporter = spreadsheets.FactsCsvExporter(held)
    exporter.start_exporting()
    for formula in FORMULAS:
        report = hostile()
        facts = [replace(each, label=formula, unit=formula) for each in report.facts]
        organ = replace(report.agency, name=formula)
        exporter.export_item(replace(report, agency=organ, facts=facts, final_url=formula))
    spreadsheets.guarded = guard
    return fooled_sheet(_feed(folder, "items.facts.csv", None).read_text("utf-8")) or fooled_sheet(
        held.getvalue().decode()
    )


def _workbook(folder: Path, fault: str | None) -> str | None:
    return fooled_workbook(_feed(folder, "items.xlsx", fault).read_bytes())


def _parquet(folder: Path, fault: str | None) -> str | None:
    table = pq.read_table(_feed(folder, "items.parquet", fault))
    return unlike(table["title"].to_pylist(), _titles())


def _sqlite(folder: Path, fault: str | None) -> str | None:
    with closing(sqlite3.connect(_feed(folder, "items.sqlite", fault))) as store:
        return unlike([row[0] for row in store.execute(_TITLES)], _titles())


def _duckdb(folder: Path, fault: str | None) -> str | None:
    path = folder / "copy.duckdb"
    if fault:
        load(f"duckdb:///{path}", _feed(folder, "items.jsonl", fault))
    else:
        shutil.copy(_shared() / "items.duckdb", path)
    with duckdb.connect(str(path), read_only=True) as store:
        return unlike([row[0] for row in store.execute(_TITLES).fetchall()], _titles())


def _postgresql(folder: Path, fault: str | None) -> str | None:
    """Load the feed as a user does, and ask the server."""
    with postgresql() as server, database(server, "outputs") as address:
        load(address, _feed(folder, "items.jsonl", fault))
        with psycopg.connect(address) as store:
            return unlike([row[0] for row in store.execute(_TITLES).fetchall()], _titles())


def _records(folder: Path, fault: str | None) -> str | None:
    """WARC headers: no line in them that a page wrote, nothing that is not of their form."""
    for path in (_run(folder, fault) / "archive").rglob("*.warc.gz"):
        for record in read(path):
            for name, value in record.headers:
                said = f"{name}: {value}"
                if "Forged" in name or not said.isascii() or not said.isprintable():
                    return f"a header {said[:80]!r}"
    return None


def _index(folder: Path, fault: str | None) -> str | None:
    path = folder / "a.cdxj"
    _said(folder, fault, "archive", "index", str(_shared() / "archive"), "-o", str(path))
    lines = path.read_text("utf-8", "surrogateescape").splitlines()
    strange = [line for line in lines if not re.fullmatch(r"[!-~]+ \d{14} \{[ -~]+\}", line)]
    return f"a line {strange[0][:80]!r}" if strange or not lines else None


def _files(folder: Path, fault: str | None) -> str | None:
    run = _run(folder, fault)
    outside = [each.name for each in run.parent.iterdir() if each.name != run.name]
    names = [str(each.relative_to(run)) for each in run.rglob("*")]
    return f"written outside: {outside}" if outside else climbing(names)


def _package(folder: Path, fault: str | None) -> str | None:
    source = folder / "away"
    source.mkdir()
    for path in (_shared() / "archive").glob("*.warc.gz"):
        for name in ("..\\evil\x1b[2J.warc.gz", "CON.warc.gz", f"{'a' * 240}.warc.gz"):
            shutil.copy(path, source / name)
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
    path.write_text("\n".join(["[[portal]]", *rows, 'hosts = ["127.0.0.1:9"]', ""]), "utf-8")
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
    return fooled_terminal(said)


def _named_files(folder: Path, fault: str | None) -> str | None:
    """Names that a feed's file takes from the registry (`-o %(portal)s.jsonl`)."""
    for name in ("../evil", "con", "nul", "lpt1", "a" * 300, "-o", "a.b", ".."):
        path = _registry_file(folder, name, "云泽市", "http://127.0.0.1:9/")
        if "lower-case letters" not in _said(folder, fault, "portals", "-s", f"REGISTRY={path}"):
            return f"a portal called {name[:20]!r} passes"
    return None


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
    "CSV of figures": _figures, "workbook": _workbook, "Parquet": _parquet, "SQLite": _sqlite,
    "DuckDB": _duckdb, "WARC headers": _records, "file names": _files, "package": _package,
    "clean-report": _cleaned, "clean-report's page": _cleaned_page, "index": _index,
    "words about archives": _verified, "words about stores": _store_words,
    "words about portals": _portals, "names of feeds": _named_files, "stanza": _sniffed,
    "pages of explore": _explored, "log in JSON": _json_log, "PostgreSQL": _postgresql,
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


CHECK = Check(
    name="R18 outputs",
    claim="no name and no text of a server is more than text in any output",
    goal=None,
    sample=13,  # what follows starts many commands; their own tests look at them, too
    run=run,
    faults=tuple(FAULTS),
    quick_faults=7,
)
