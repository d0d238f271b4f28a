"""R12: no secret of the user's stands in anything that a run leaves behind or shows.

Canaries are put wherever a user may put a secret: settings, environment, addresses with a password,
sinks of alarms, the queue, an address to capture. Then everything is searched, unpacked where it is
packed: logs, what the terminal was told, archives, ledgers, feeds, the store's objects, and the
command lines of every process of the run. Cookies and headers that are said between the crawl and a
portal stand in its archive, which is true to the wire, and must stand nowhere else. And whatever
cannot be reached (store, queue, table of runs) is named without its password.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive.place import Place
from tests.archive.answers import answer
from tests.servers.s3_server import S3Server
from tests.servers.wire_server import WireServer
from tests.torture.behaviours import HTML, PAGE
from tests.torture.registry import Check
from tests.torture.store_commands import QUICK, address_of
from tests.torture.warmed import scrapy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from tests.torture.registry import Trial

#: Where a user puts it → the secret.
CANARIES = {
    name: f"CANARY-{number}-{name.replace(' ', '-')}".lower()
    for number, name in enumerate(
        ("setting", "s3 key", "s3 session", "store password", "environment", "feed password",
         "webhook", "mail password", "queue password", "password of an address",
         "cookie of a portal", "header of a portal", "cookie to a portal", "header to a portal")
    )
}  # fmt: skip


def run(trial: Trial) -> Iterator[str | None]:
    """Run with canaries in every place, well and badly; a trial a canary and run."""
    trial.whole = len(RUNS) * len(CANARIES)
    for kind in PLANTS[trial.fault] if trial.fault else RUNS:
        folder = trial.folder / kind.replace(" ", "-")
        folder.mkdir()
        seen = RUNS[kind](folder, kind, trial.fault)
        for name, secret in CANARIES.items():
            found = [place for place, data in seen.items() if secret.encode() in data]
            yield f"{kind}: {name} stands in {found[:3]}" if found else None
        trial.notes.append(f"{kind}: {len(seen)} places, {sum(map(len, seen.values())):,} bytes")


def _left_by(folder: Path, kind: str, fault: str | None) -> dict[str, bytes]:
    """Return everything that a run left or showed, by place, unpacked."""
    pages = {"/": answer(PAGE, HTML)}
    secret = CANARIES
    environment = {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": secret["s3 key"],
        "AWS_SESSION_TOKEN": secret["s3 session"], "MY_PASSWORD": secret["environment"],
        "PGPASSWORD": secret["store password"],
        "QUEUE_URL": f"postgresql://me:{secret['queue password']}@127.0.0.1:1/queue",
        "ALARM_WEBHOOK": f"http://127.0.0.1:1/{secret['webhook']}",
        "ALARM_SMTP": f"smtps://me:{secret['mail password']}@127.0.0.1:1",
        "ALARM_MAIL": "a@a.example",
        "RUNS_URL": f"sqlite:///{folder}/runs.sqlite",
    }  # fmt: skip
    lines: dict[str, bytes] = {}
    with S3Server(wait=1.0) as s3, WireServer(pages) as site:
        if kind == "store refuses":
            s3.faults = {"put": ["expired"] * 40}
        own = {
            **QUICK, "S3_ENDPOINT_URL": s3.url, "ARCHIVE_URL": address_of(folder),
            "LEDGER_URL": f"sqlite:///{folder}/ledger.sqlite", "LOADS": str(folder / "loads"),
            "HTTPAUTH_PASS": secret["setting"], "HTTPAUTH_DOMAIN": "a.example",
            "FTP_PASSWORD": secret["setting"], "RETRY_TIMES": "0",
        }  # fmt: skip
        pairs = [part for name, value in own.items() for part in ("-s", f"{name}={value}")]
        feeds = ["-o", str(folder / "items.jsonl"), "-o", str(folder / "items.csv")]
        if kind == "database down":
            password = secret["feed password"]
            feeds += ["-o", f"postgresql://me:{password}@127.0.0.1:1/none"]
            feeds += ["-o", f"opensearch://me:{password}@127.0.0.1:1/none"]
        with mock.patch.dict(os.environ, environment):
            over = threading.Event()
            watch = threading.Thread(target=_watch, args=(lines, over))
            watch.start()
            plant = (__name__, "plant", fault)
            private = site.url.replace("//", f"//me:{secret['password of an address']}@")
            done = scrapy(
                folder, "capture", f"{private if kind == 'address refused' else site.url}/",
                *feeds, *pairs, plant=plant, out=str(folder / "out.txt"),
            )  # fmt: skip
            over.set()
            watch.join()
        objects = {
            f"store {name}": _unpacked(found_bytes(each)) for name, each in s3.objects.items()
        }
        sent = {f"sent to the site {n}": each.request for n, each in enumerate(site.log)}
    said = {"stderr": done.stderr.encode()}
    spool = Place.from_settings(own).spool
    spooled = _files(spool)
    shutil.rmtree(spool, ignore_errors=True)
    return {**_files(folder), **spooled, **objects, **sent, **said, **lines, **_tables(folder)}


def _said_to_a_portal(folder: Path, _: str, fault: str | None) -> dict[str, bytes]:
    """Crawl a portal that sets cookies, with headers of the registry; the archive is left out."""
    cookie = b"Set-Cookie: sid=%s; path=/" % CANARIES["cookie of a portal"].encode()
    own = b"X-Key: " + CANARIES["header of a portal"].encode()
    link = '<a href="/{0}/">{0}年政府信息公开工作年度报告</a>'
    links = "".join(link.format(year) for year in range(2014, 2024))
    pages = {
        "/": answer(f"<title>云泽市人民政府</title>{links}".encode(), HTML, cookie, own),
        "/2014/": answer(b"", b"Location: /2014/", cookie, own, status=b"302 Found"),
        "/2015/": answer(PAGE, HTML, cookie, own, status=b"500 Error"),
        "/2016/": answer(PAGE, HTML, b"Content-Encoding: gzip", cookie, own),
        "/2017/": answer(PAGE, HTML, cookie, own),
    }
    with WireServer(pages) as site:
        registry = folder.with_suffix(".toml")
        told = {"Cookie": f"a={CANARIES['cookie to a portal']}",
                "Authorization": f"Bearer {CANARIES['header to a portal']}"}  # fmt: skip
        registry.write_text(
            f'[[portal]]\nid = "yunze"\nname = "云泽市人民政府"\ndivision = "512000"\n'
            f'region = "云泽市"\n'
            f'level = "prefecture"\ntype = "government"\nhome = "{site.url}/"\n'
            f'hosts = ["{site.url[7:]}"]\nheaders = {{Cookie = "{told["Cookie"]}", '
            f'Authorization = "{told["Authorization"]}"}}\n', "utf-8",
        )  # fmt: skip
        done = scrapy(
            folder, "crawl", "sections", "-a", "portal=yunze", "-s", f"REGISTRY={registry}",
            "-s", "LOG_LEVEL=DEBUG", "-s", "RETRY_TIMES=0", "-o", str(folder / "items.jsonl"),
            "-o", str(folder / "items.csv"), plant=(__name__, "plant", fault),
            out=str(folder / "out.txt"),
        )  # fmt: skip
        heard = b"".join(each.request for each in site.log)
    missing = [name for name in ("cookie to a portal", "header to a portal")
               if CANARIES[name].encode() not in heard]  # fmt: skip
    assert not missing, f"{missing} were not sent: nothing is shown ({done.stderr[-300:]})"
    found = {**_files(folder), "stderr": done.stderr.encode(), **_tables(folder)}
    return {place: data for place, data in found.items() if ".warc.gz" not in place}


def _out_of_reach(folder: Path, _: str, fault: str | None) -> dict[str, bytes]:
    """Name stores, a queue and a table of runs with passwords where nothing listens."""
    away = f"postgresql://me:{CANARIES['store password']}@127.0.0.1:1/none"
    queue = f"postgresql://me:{CANARIES['queue password']}@127.0.0.1:1/none"
    feed = folder / "a.jsonl"
    feed.write_bytes(b"")
    said = {}
    with mock.patch.dict(os.environ, {"QUEUE_URL": queue, "RUNS_URL": away}):
        for number, command in enumerate(
            (("store", "check", away), ("store", "check", f"{away}?password=x&bad"),
             ("load", away, str(feed)), ("enqueue", "--all"), ("worker", "--once"),
             ("status",), ("explore", away), ("store", "check", away.replace("//", "/")))
        ):  # fmt: skip
            out = folder / f"out-{number}.txt"
            done = scrapy(folder, *command, plant=(__name__, "plant", fault), out=str(out))
            assert done.returncode, f"{command[:2]} reached what is not there"
            said[" ".join(command[:2]) + str(number)] = done.stderr.encode() + out.read_bytes()
    return {**said, **_files(folder)}


def _files(folder: Path) -> dict[str, bytes]:
    """Return what stands in the files of a folder, by name, unpacked."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): _unpacked(path.read_bytes()) for path in found}


def found_bytes(each: object) -> bytes:
    """Return the bytes of an object of the store, whatever the server keeps beside them."""
    return each if isinstance(each, bytes) else str(each).encode()


def _unpacked(data: bytes) -> bytes:
    """Return bytes and what they hold packed: each member of a gzip file."""
    out, left = bytearray(data), data
    while left.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(31)
        out += decoder.decompress(left)
        left = decoder.unused_data
    return bytes(out)


def _tables(folder: Path) -> dict[str, bytes]:
    """Return the rows of every SQLite file, as text."""
    found = {}
    for path in folder.rglob("*.sqlite"):
        database = sqlite3.connect(path)
        found[f"rows of {path.name}"] = "\n".join(database.iterdump()).encode()
        database.close()
    return found


def _watch(lines: dict[str, bytes], over: threading.Event) -> None:
    """Note the command lines of all processes that begin meanwhile, again and again."""
    before = {place.name for place in Path("/proc").iterdir()}
    while not over.wait(0.2):
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and place.name not in before:
                try:
                    lines[f"command line of {place.name}"] = (place / "cmdline").read_bytes()
                except OSError:
                    continue


def plant(fault: str | None) -> None:
    """Let settings be printed as Scrapy prints them."""
    if fault == "plain-log":
        from crawler.archive import extension  # noqa: PLC0415 (settings are read in a run)

        extension.guard_log = lambda: None
    if fault == "any-address":
        from crawler.spiders import capture  # noqa: PLC0415

        capture.refuse_user = lambda _: None
    if fault == "told-address":
        from crawler.stores import engines  # noqa: PLC0415 (as above)

        engines.shown = str
    if fault == "told-headers":
        from crawler.archive.extension import KeepArchive  # noqa: PLC0415 (as above)

        keep = KeepArchive.keep

        async def told(archive: KeepArchive, request: Any, *rest: Any) -> None:
            logging.getLogger(__name__).info("asked %s with %s", request.url, request.headers)
            await keep(archive, request, *rest)

        KeepArchive.keep = told  # type: ignore[method-assign]


RUNS: dict[str, Callable[[Path, str, str | None], dict[str, bytes]]] = {
    **dict.fromkeys(("well", "store refuses", "database down", "address refused"), _left_by),
    "said to a portal": _said_to_a_portal,
    "out of reach": _out_of_reach,
}
#: Fault → the runs that must show it.
PLANTS = {
    "plain-log": ["well"],
    "any-address": ["address refused"],
    "told-headers": ["said to a portal"],
    "told-address": ["out of reach"],
}

CHECK = Check(
    name="R12 secrets",
    claim="0 canaries in logs, archives, feeds, stores, error messages and command lines",
    goal=None,
    sample=(len(RUNS) - 1) * len(CANARIES),  # the last one starts many commands
    quick_faults=3,
    run=run,
    faults=tuple(PLANTS),
)
