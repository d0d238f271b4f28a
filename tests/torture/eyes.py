"""The eyes of what opens our outputs: a terminal, a browser, a spreadsheet, a file system.

Each takes an output and returns what it would be fooled by, None where it sees text. Used by R18.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile

from selectolax.lexbor import LexborHTMLParser

from tests.torture.hostile import FORGED

_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


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
