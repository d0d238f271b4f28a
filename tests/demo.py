"""`make demo`: crawl a portal of our own on this machine, and show what comes out.

Runs the very commands that the README names, in processes of their own, against the demo portal on
loopback; then compares the crawl's items with those of a re-parse. Writes under `data/demo/` only,
which it begins anew each time. Exits with 1 where a command fails or the items differ.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.site.server import serve

if TYPE_CHECKING:
    from tests.site.server import Site

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "demo"
FORMS = ("jsonl", "parquet", "sqlite")
SCRAPY = (sys.executable, "-m", "scrapy")

#: The headline figures, under the codes that prose, statistics and the three tables give them.
RECEIVED = ("requests.received", "requests.new.total")
GRANTED = ("requests.answered.granted", "requests.granted.total")


def main() -> int:
    """Crawl, re-parse, compare, show. Return the exit code."""
    started = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with serve() as portal:
        print(f"demo: a portal of our own at {portal.url}, crawled from its home page")
        portal.registry(FOLDER)
        if not crawl(portal):
            return 1
    if not reparse():
        return 1
    same = equal(lines("reports.jsonl"), lines("reparsed.jsonl"))
    print(table(lines("reports.jsonl")))
    print(summary(same=same, seconds=time.monotonic() - started))
    return 0 if same else 1


def crawl(portal: Site) -> bool:
    """Crawl the portal into the three feeds."""
    feeds = [argument for form in FORMS for argument in ("-O", str(FOLDER / f"reports.{form}"))]
    return told(
        "crawl",
        "sections",
        "-a",
        f"url={portal.url}",
        *feeds,
        environment={
            "ARCHIVE_URL": (FOLDER / "archive").as_uri(),
            "REGISTRY": str(FOLDER / "registry.toml"),
            "PRIVATE_NETWORKS_ALLOWED": "127.0.0.0/8",
            "DOWNLOAD_DELAY": "0",
        },
    )


def reparse() -> bool:
    """Re-parse the archive with the registry that the crawl had."""
    return told(
        "reparse",
        str(FOLDER / "archive"),
        "-O",
        str(FOLDER / "reparsed.jsonl"),
        environment={"REGISTRY": str(FOLDER / "registry.toml")},
    )


def told(*arguments: str, environment: dict[str, str]) -> bool:
    """Run a command as a user would; what it logs goes to a file, what it says is shown."""
    log = FOLDER / f"{arguments[0]}.log"
    done = subprocess.run(
        [*SCRAPY, *arguments, "-s", f"LOG_FILE={log}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    if done.returncode:
        print(f"demo: scrapy {arguments[0]} failed; its log is {shown(log)}", file=sys.stderr)
    return done.returncode == 0


def lines(name: str) -> list[bytes]:
    """Return the lines of a feed."""
    return (FOLDER / name).read_bytes().splitlines()


def equal(crawled: list[bytes], reparsed: list[bytes]) -> bool:
    """Whether two feeds hold the same items byte for byte, in any order, `duplicate_of` aside."""
    return sorted(map(without_duplicate_of, crawled)) == sorted(map(without_duplicate_of, reparsed))


def without_duplicate_of(line: bytes) -> bytes:
    """Return the line with `duplicate_of` cut out; every other byte stays."""
    value = json.loads(line)["duplicate_of"]
    written = b"null" if value is None else json.dumps(value, separators=(",", ":")).encode()
    before, key, after = line.partition(b'"duplicate_of":')
    return before + after.removeprefix(written) if key else line


def table(feed: list[bytes]) -> str:
    """Return the annual reports as a table: an organ and year a line."""
    reports = [item for item in map(json.loads, feed) if item["kind"] == "annual_report"]
    rows = [row(item) for item in reports]
    rows.sort(key=lambda cells: (cells[0], cells[1]))
    head = ("organ", "year", "received", "granted", "spam cut", "checks")
    widths = [max(width(cells[column]) for cells in [head, *rows]) for column in range(len(head))]
    ruled = [head, tuple("-" * wide for wide in widths), *rows]
    return "\n".join(
        "  ".join(padded(cell, wide) for cell, wide in zip(cells, widths, strict=True)).rstrip()
        for cells in ruled
    )


def row(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of one report."""
    passed = sum(check["status"] == "pass" for check in item["checks"])
    failed = sum(check["status"] == "fail" for check in item["checks"])
    checks = f"{passed} pass" + (f", {failed} FAIL" if failed else "")
    return (
        item["agency"]["name"] or "?",
        str(item["year"] or "?"),
        figure(item, RECEIVED),
        figure(item, GRANTED),
        str(sum(cut["count"] for cut in item["spam"]) or ""),
        checks if passed or failed else "",
    )


def figure(item: dict[str, Any], codes: tuple[str, ...]) -> str:
    """Return the organ's own figure under one of `codes`, or nothing where none is stated."""
    facts = [fact for fact in item["facts"] if fact["metric"] in codes and fact["scope"] == "organ"]
    return f"{facts[0]['value']:g}" if facts else ""


def width(text: str) -> int:
    """Return how many columns a terminal gives `text`: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, wide: int) -> str:
    """Return `text` filled up to `wide` columns."""
    return text + " " * (wide - width(text))


def summary(*, same: bool, seconds: float) -> str:
    """Return where everything lies, and whether the re-parse gave the same."""
    count = len(lines("reports.jsonl"))
    verdict = "the same, byte for byte" if same else "NOT THE SAME"
    feeds = " ".join(shown(FOLDER / f"reports.{form}") for form in FORMS)
    return (
        f"\nitems      {feeds} ({count} of every kind)\n"
        f"archive    {shown(FOLDER / 'archive')}\n"
        f"re-parse   {shown(FOLDER / 'reparsed.jsonl')}: {verdict}\n"
        f"logs       {shown(FOLDER / 'crawl.log')} {shown(FOLDER / 'reparse.log')}\n"
        f"{seconds:.0f} seconds"
    )


def shown(path: Path) -> str:
    """Return a path as seen from the project's root."""
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
