"""Show what cleaning did to pages: on a terminal in two columns, and as one HTML file.

A page's text is a stranger's: control characters, terminal escapes and marks that turn the
direction of writing are shown as signs and never sent to a terminal or a browser. The HTML holds no
script and nothing from elsewhere.
"""

from __future__ import annotations

import html
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from crawler.safe_text import safe, safe_line
from parsers.cleaning import LIMITS
from parsers.cleaning.pieces import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.cleaning.explain import Row
    from parsers.cleaning.pieces import Piece
    from parsers.items import Cut, Report

_COLOURS = {
    "cut": "\x1b[31;9m",
    "put": "\x1b[32m",
    "doubt": "\x1b[33m",
    "rule": "\x1b[36m",
    "head": "\x1b[1m",
}
_PLAIN = {"cut": ("[-", "-]"), "put": ("{+", "+}"), "doubt": ("{?", "?}")}
_END = "\x1b[0m"
# What stands around a change: enough to judge it, and no more.
CONTEXT = 28
LONGEST_CUT = 240
# What a row tells of its findings: a page may have a hundred thousand in a text.
MOST_LINES = 20


def clipped(pieces: Sequence[Piece]) -> list[Piece]:
    """Return a text's pieces with what is far from any change left out, "…" in its place."""
    shown: list[Piece] = []
    for number, (kind, text) in enumerate(pieces):
        if kind != "same":
            shown.append((kind, shortened(text, LONGEST_CUT)))
            continue
        first, last = number == 0, number == len(pieces) - 1
        shown.append((kind, _near(text, first=first, last=last)))
    return shown


def _near(text: str, *, first: bool, last: bool) -> str:
    if first and last:
        return text[: 2 * CONTEXT] + ("…" if len(text) > 2 * CONTEXT else "")
    if len(text) <= 2 * CONTEXT:
        return text
    head = "" if first else text[:CONTEXT]
    tail = "" if last else text[-CONTEXT:]
    return f"{head}…{tail}"


def finding(cut: Cut) -> str:
    """Return a finding in words: its kind, what was done, and the rule that said so."""
    back = f", now {shortened(cut.replacement, LONGEST_CUT)!r}" if cut.replacement else ""
    return f"{cut.kind} {cut.action}{back}: {shortened(cut.rule, LONGEST_CUT)}"


def _about(row: Row) -> list[str]:
    """Return a line for each finding of a row that reads otherwise, the first ones."""
    found = {(cut.kind, cut.action, cut.replacement, cut.rule): cut for cut in row.findings}
    words = [finding(cut) for cut in islice(found.values(), MOST_LINES)] or [_unquoted(row)]
    if len(found) > MOST_LINES:
        words.append(f"{len(found) - MOST_LINES:,} more findings")
    return [safe_line(f"[{row.step}] {row.place}: {each}") for each in words]


def _unquoted(row: Row) -> str:
    """Return why a row has no finding."""
    if not row.before:
        return "of what is told above"
    if row.step in _UNQUOTED:
        return _UNQUOTED[row.step]
    if not row.sought:
        return "one of the findings of this step: there are too many to say which"
    return "follows from the above" if row.after else "cut with what stands around it"


# Spelling leaves no finding.
_UNQUOTED = {
    "script": "written in simplified characters",
    "characters": "plain characters",
}


def on_terminal(title: str, report: Report, rows: Sequence[Row], width: int, *, colour: bool
                ) -> Iterator[str]:  # fmt: skip
    """Yield the lines of one page: what it is, then each change in two columns, was and is."""
    yield _painted(safe_line(title), "head", colour=colour)
    yield f"  {safe_line(summary(report, rows))}"
    column = max((width - 7) // 2, 20)
    for row in rows:
        for line in _about(row):
            yield _painted(f"  {line}", "rule", colour=colour)
        left = _wrapped(clipped(row.before), column, colour=colour)
        right = _wrapped(clipped(row.after), column, colour=colour)
        for n in range(max(len(left), len(right))):
            was, taken = left[n] if n < len(left) else ("", 0)
            stands, _ = right[n] if n < len(right) else ("", 0)
            yield f"    {was}{' ' * (column - taken)} │ {stands}".rstrip()
    yield ""


def summary(report: Report, rows: Sequence[Row]) -> str:
    """Return what the page is and what was done to it, in a line."""
    source = report.source
    whose = "official host" if source.official else "not the organ's host"
    whose += f", copy of {source.mirror_of}" if source.mirror_of else ""
    parts = [report.kind, report.title or "no title", report.agency.name or "agency unknown"]
    actions = ("removed", "restored", "flagged")
    counts = {
        action: sum(cut.count for cut in report.spam if cut.action == action) for action in actions
    }
    done = ", ".join(f"{count} {action}" for action, count in counts.items() if count)
    count = sum(row.count for row in rows)
    changed = f"{count:,} {'change or doubt' if count == 1 else 'changes and doubts'}"
    limits = (warning for warning in report.warnings if warning in LIMITS)
    return " · ".join((*parts, whose, report.script, done or "nothing found", changed, *limits))


def _painted(text: str, style: str, *, colour: bool) -> str:
    return f"{_COLOURS[style]}{text}{_END}" if colour else text


def _wrapped(pieces: Iterable[Piece], width: int, *, colour: bool) -> list[tuple[str, int]]:
    """Return lines of at most `width` columns, each with the columns that it takes."""
    lines: list[tuple[str, int]] = []
    line, taken = "", 0
    for kind, text in pieces:
        opening, closing = _signs(kind, colour=colour)
        shown = f"{opening}{safe(text)}{closing}".replace("\t", " ")
        run = ""
        for letter in shown:
            columns = columns_of(letter)
            if taken + columns > width or letter == "\n":
                lines.append((line + _styled(run, kind, colour=colour), taken))
                line, run, taken = "", "", 0
            if letter != "\n":
                run += letter
                taken += columns
        line += _styled(run, kind, colour=colour)
    return [*lines, (line, taken)] if line else lines


def _signs(kind: str, *, colour: bool) -> tuple[str, str]:
    return ("", "") if colour else _PLAIN.get(kind, ("", ""))


def _styled(text: str, kind: str, *, colour: bool) -> str:
    return f"{_COLOURS[kind]}{text}{_END}" if colour and text and kind in _COLOURS else text


def columns_of(letter: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif;
  margin: 2em auto; max-width: 78em; padding: 0 1em; }
h2 { font-size: 1.05em; margin: 2.2em 0 .2em; overflow-wrap: anywhere; }
p.about { margin: 0 0 .8em; color: #666; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
td, th { border: 1px solid #8884; padding: .4em .6em; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; white-space: pre-wrap; }
th { font-weight: 600; } .rule { width: 24%; font-size: .85em; }
del { background: #d332; color: #b00; } ins { background: #2a42; color: #070;
  text-decoration: none; } mark { background: #fc05; color: inherit; }
@media (prefers-color-scheme: dark) { del { color: #f88; } ins { color: #8d8; } }
"""
_HEAD = (
    '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width"><title>clean-report</title>'
    f"<style>{_STYLE}</style></head><body>\n<h1>What cleaning did</h1>\n"
)
_FOOT = "</body></html>\n"
_ELEMENTS = {"cut": "del", "put": "ins", "doubt": "mark"}


def as_html(pages: Iterable[tuple[str, Report, Sequence[Row]]]) -> Iterator[str]:
    """Yield the parts of one HTML document that shows `pages`: title, report and rows of each."""
    yield _HEAD
    for title, report, rows in pages:
        yield f"<h2>{_escaped(title)}</h2><p class=about>{_escaped(summary(report, rows))}</p>\n"
        if rows:
            yield "<table><tr><th class=rule>rule</th><th>was</th><th>is</th></tr>\n"
            yield from map(_html_row, rows)
            yield "</table>\n"
    yield _FOOT


def _html_row(row: Row) -> str:
    about = "<br>".join(map(_escaped, _about(row)))
    left, right = (_html_pieces(clipped(side)) for side in (row.before, row.after))
    return f"<tr><td class=rule>{about}</td><td>{left}</td><td>{right}</td></tr>\n"


def _html_pieces(pieces: Iterable[Piece]) -> str:
    parts = []
    for kind, text in pieces:
        element = _ELEMENTS.get(kind)
        shown = _escaped(text)
        parts.append(f"<{element}>{shown}</{element}>" if element and shown else shown)
    return "".join(parts)


def _escaped(text: str) -> str:
    return html.escape(safe(text))
