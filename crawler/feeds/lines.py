"""Reports out of their JSON lines: the way back of `crawler.feeds.exporters.json_line`.

For whoever keeps items as lines and hands them to feeds or places later: whole (`report_of`), as
plain objects that every place can hold (`storable`), or in portions that bound memory. Knows the
contract's shapes; never checks a line that is not our own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from crawler.feeds.exporters import well_formed
from parsers.items import (
    Agency,
    ArchiveRef,
    AttachedTo,
    Attachment,
    Check,
    Cut,
    DuplicateOf,
    Fact,
    Period,
    Report,
    Section,
    Source,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OBJECTS = {
    "archive": ArchiveRef,
    "source": Source,
    "agency": Agency,
    "period": Period,
    "attached_to": AttachedTo,
    "duplicate_of": DuplicateOf,
}
_LISTS = {
    "sections": Section,
    "facts": Fact,
    "checks": Check,
    "spam": Cut,
    "attachments": Attachment,
}


def report_of(line: bytes) -> Report:
    """Return the report that `line` was made of."""
    item = _loads(line)
    for name, shape in _OBJECTS.items():
        if item[name] is not None:
            item[name] = shape(**item[name])
    for name, part in _LISTS.items():
        item[name] = [part(**each) for each in item[name]]
    return Report(**item)


def storable(line: bytes) -> dict[str, Any]:
    """Return the item of a line, its text such that every place can hold it."""
    item = _loads(line)
    # Only an escape can bring in what is not storable: the line itself is UTF-8.
    if b"\\u" in line:
        item = well_formed(item)
    return item


def storable_line(line: bytes) -> bytes:
    """Return the line of the item that `storable` gives, in UTF-8 without lone surrogates."""
    return orjson.dumps(storable(line)) + b"\n" if b"\\u" in line else line


def portions(lines: Iterable[bytes], items: int, size: int) -> Iterator[list[bytes]]:
    """Part lines into lists of at most `items`; one ends as soon as it has `size` bytes.

    Blank lines are left out. So memory depends on the largest line, not on the feed.
    """
    portion: list[bytes] = []
    taken = 0
    for line in lines:
        if line.isspace():
            continue
        portion.append(line)
        taken += len(line)
        if len(portion) >= items or taken >= size:
            yield portion
            portion, taken = [], 0
    if portion:
        yield portion


def _loads(line: bytes) -> dict[str, Any]:
    """Return the object of a line. Only the standard library reads a lone surrogate."""
    try:
        return orjson.loads(line)  # type: ignore[no-any-return]
    except orjson.JSONDecodeError:
        return json.loads(line)  # type: ignore[no-any-return]
