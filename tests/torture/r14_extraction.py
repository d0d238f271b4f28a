"""R14: what a reader can see of a page is in its document, to 99 % of its Chinese characters.

Counted is without a parser, from the markup alone: scripts, styles and comments away, tags away,
what is left (`seen`). The document's blocks, hidden ones included, must hold 99 % of that, each
character so often, or a warning must say that they do not. Tried are the pages of the tests, those
of `../shared/corpus` where it is, nests of elements that nobody closes, and pages whose tags were
lost, doubled, opened anew and exchanged by chance, in several charsets.
"""

from __future__ import annotations

import html
import random
import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

import lxml.html
from selectolax.lexbor import LexborHTMLParser

from parsers.extract import extract
from parsers.extract import html as reading
from tests.conftest import ROOT
from tests.parsers.pages import page_of
from tests.site.reports import Report, body
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.torture.registry import Trial

LEAST = 0.99
#: lxml loses what is deeper than 2,046, silently; 4,000 is where markup is flattened.
DEPTHS = (100, 2_046, 2_100, 3_900, 4_100, 20_000)
NESTS = (
    "<font>", "<div>", "<span>", "<b>", "<div><font size=2>", "<ul><li>", "<blockquote>",
    "<table><tr><td>", "<center><p>", "<section><article>",
)  # fmt: skip
CHARSETS = ("utf-8", "gb18030", "utf-16-le")
#: Alone of all tags these change what lies behind them into something else than markup.
_RAW = (
    "script|style|textarea|title|noscript|template|xmp|iframe|plaintext|select|frameset|svg|object"
)
_UNSEEN = re.compile(r"(?is)<!--.*?-->|<(script|style|head|title|svg|object)\b.*?</\1\s*>")
_TAG = re.compile(r"</?[a-zA-Z!?](?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>")
_TOKEN = re.compile(rf"({_TAG.pattern})")
_IS_RAW = re.compile(rf"(?i)</?(?:{_RAW}|body|html|head|meta|!)\b|<!")
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_EXTRA = ("<font>", "<div>", "</div>", "<p>", "</p>", "<td>", "</td>", "<tr>", "<b>", "</span>",
          "<table>", "</table>", "<li>", "</ul>", "<br>", "<a href=x>")  # fmt: skip


def seen(text: str) -> Counter[str]:
    """Return the Chinese characters of markup that are neither script, style, comment nor tag."""
    return Counter(_CHINESE.findall(html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text)))))


def run(trial: Trial) -> Iterator[str | None]:
    """Read each page; a trial is a page."""
    chance = random.Random(trial.seed)
    sources = _sources()
    pages = _fixed(sources)
    chance.shuffle(pages)
    whole = len(pages)
    excused = 0
    with _planted(trial.fault):
        for number in range(max(CHECK.goal or 0, whole)):
            name, text, data = pages[number] if number < whole else _another(sources, chance)
            lost, warned = _lost(text, data)
            excused += bool(lost and warned)
            note = f"{min(number + 1, whole)} of {whole} pages as they are and nests, the rest "
            note += f"with broken tags; {excused} lost more than 1 % and said so"
            trial.notes[:] = [note]
            yield f"{name}: {lost}, and no warning" if lost and not warned else None


def _lost(text: str, data: bytes) -> tuple[str, bool]:
    """Return what of a page is in no block, empty where it is little, and whether it is warned."""
    document = extract(page_of(data))
    held: Counter[str] = Counter()
    for block in document.blocks:
        held.update(_CHINESE.findall(block.text))
        for row in block.rows:
            for cell in row:
                held.update(_CHINESE.findall(cell.text))
    due = seen(text)
    kept = (due & held).total()
    lost = "" if kept >= LEAST * due.total() else f"{kept} of {due.total()} characters"
    return lost, bool(document.warnings)


def _another(sources: list[tuple[str, str]], chance: random.Random) -> tuple[str, str, bytes]:
    """Return a page with broken tags."""
    name, text = chance.choice(sources)
    text, charset = _broken(text, chance), chance.choice(CHARSETS)
    mark = b"\xff\xfe" if charset == "utf-16-le" else b""
    return f"{name}, broken, in {charset}", text, mark + text.encode(charset)


def _sources() -> list[tuple[str, str]]:
    """Return name and text of real and written pages, a report of ours first."""
    report = Report("", "云泽市第一街道办事处", 2023, "tables_2021", 30, 20, "2024-01-20")
    found = [("a report", f"<html><body><h1>{report.title}</h1>{body(report)}</body></html>")]
    corpus = ROOT.parent / "shared" / "corpus"
    for folder in (ROOT / "tests", corpus):
        paths = sorted(folder.rglob("*.html"))
        found += [(str(path.relative_to(folder)), _text(path.read_bytes())) for path in paths]
    return [each for each in found if seen(each[1])]


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _fixed(sources: list[tuple[str, str]]) -> list[tuple[str, str, bytes]]:
    found = [(name, text, text.encode()) for name, text in sources]
    tail = "<p>收到申请三十件，答复二十件。</p>"
    for opened in NESTS:
        for depth in DEPTHS:
            text = f"<html><body><h1>年度报告</h1>{opened * depth}{tail}"
            found.append((f"{opened} {depth} deep", text, text.encode()))
    return found


def _broken(text: str, chance: random.Random) -> str:
    """Return markup some of whose tags are lost, doubled, exchanged, or opened and never closed."""
    tokens = _TOKEN.split(text)
    tags = [n for n in range(1, len(tokens), 2) if not _IS_RAW.match(tokens[n])]
    # Only behind the head: what lies in there is no text of the page.
    start = next((n for n in range(1, len(tokens), 2) if tokens[n].lower().startswith("<body")), 0)
    unseen = {n for found in _UNSEEN.finditer(text) for n in _within(tokens, found.span())}
    tags = [n for n in tags if n > start and n not in unseen]
    for n in chance.sample(tags, min(len(tags), chance.randint(1, 30))):
        kind = chance.choice(("lost", "doubled", "more", "exchanged"))
        if kind == "lost":
            tokens[n] = ""
        elif kind == "doubled":
            tokens[n] *= 2
        elif kind == "more":
            tokens[n] += chance.choice(_EXTRA) * chance.choice((1, 3, 40, 700))
        else:
            other = chance.choice(tags)
            tokens[n], tokens[other] = tokens[other], tokens[n]
    return "".join(tokens)


def _within(tokens: list[str], span: tuple[int, int]) -> Iterator[int]:
    """Yield the numbers of the tokens that begin within a span of the text."""
    at = 0
    for number, token in enumerate(tokens):
        if span[0] <= at < span[1]:
            yield number
        at += len(token)


@contextmanager
def _planted(fault: str | None) -> Iterator[None]:
    """Plant a fault of ours for the pages within."""

    def by_lxml(text: str) -> LexborHTMLParser:
        """Read markup as lxml does, which ends where it is nested too deep."""
        return LexborHTMLParser(lxml.html.tostring(lxml.html.fromstring(text), encoding="unicode"))

    read = reading._read_blocks

    if fault == "lxml":
        with mock.patch.object(reading, "LexborHTMLParser", by_lxml):
            yield
    elif fault == "lost-block":
        with mock.patch.object(reading, "_read_blocks", lambda *told: read(*told)[:-1]):
            yield
    else:
        yield


CHECK = Check(
    name="R14 extraction",
    claim="99 % of a page's visible Chinese characters are in its document, or a warning says not",
    goal=3_000,
    sample=250,
    run=run,
    faults=("lxml", "lost-block"),
)
