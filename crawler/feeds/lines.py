"""Reports out of their JSON lines: the way back of `crawler.feeds.exporters.json_line`.

For whoever keeps items as lines and hands them to feeds later. Knows the contract's shapes; never
checks a line that is not our own.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

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


def _loads(line: bytes) -> dict[str, Any]:
    """Return the object of a line. Only the standard library reads a lone surrogate."""
    try:
        return orjson.loads(line)  # type: ignore[no-any-return]
    except orjson.JSONDecodeError:
        return json.loads(line)  # type: ignore[no-any-return]
