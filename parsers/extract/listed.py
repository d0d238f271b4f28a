"""Read the rows of a list that a page hands to its script: UCAP's `articleList` (portals.md 1.3).

Such a column's page bears a frame; title, day and address of each row stand in an array of an
inline script, the address as JSON within a string. Never runs a script, and reads none of a page
that shows sentences, tables or dates itself.
"""

from __future__ import annotations

import json
import re

from parsers.extract.commented import says_something
from parsers.extract.links import absolute
from parsers.items import Block, Link

_ROWS = re.compile(r"\barticleList[\"']?\s{0,4}[:=]\s{0,4}(?=\[)")


def with_listed(shown: tuple[Block, ...], scripts: tuple[str, ...], base: str) -> tuple[Block, ...]:
    """Return a page's blocks with the rows that a script alone has, a block each: title and day."""
    script = next((script for script in scripts if "articleList" in script), "")
    found = _ROWS.search(script) if script else None
    if found is None or any(map(says_something, shown)):
        return shown
    rows = (_row(row, base) for row in _array_at(script, found.end()))
    return (*shown, *(row for row in rows if row is not None))


def _row(stated: object, base: str) -> Block | None:
    """Return a row as a list shows it, None where it has no title or leads nowhere."""
    if not isinstance(stated, dict):
        return None
    title, day = stated.get("title"), stated.get("pubDate")
    url = absolute(base, _address(stated))
    if not isinstance(title, str) or not title.strip() or not url:
        return None
    text = f"{title.strip()} {day}" if isinstance(day, str) else title.strip()
    return Block(" ".join(text.split()), links=(Link(url, " ".join(title.split())),), tag="li")


def _address(stated: dict[str, object]) -> str:
    """Return where a row leads: `url`, or the one for computers of `urls`."""
    urls = stated.get("urls") or stated.get("url")
    if isinstance(urls, str) and urls.lstrip().startswith("{"):
        try:
            urls = json.loads(urls)
        except (ValueError, RecursionError):
            return ""
    if isinstance(urls, dict):
        urls = urls.get("pc")
    return urls if isinstance(urls, str) else ""


def _array_at(script: str, at: int) -> list[object]:
    """Return the JSON array that begins at `at`, [] where it is none (a script's own syntax)."""
    try:
        value, _ = json.JSONDecoder().raw_decode(script, at)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []
