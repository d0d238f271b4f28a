"""Link a copy to its original: a report whose text this run holds from the organ's own host.

A copied site changes addresses, script and skin, not the report: once cleaned, its text is the
original's. Compared are the letters and digits of the text alone. The memory is one run's (some
100 bytes a report), in the order of its captures, which is why items are compared without
`duplicate_of`. Near duplicates with edited wording are sought in a re-parse alone
(`engines.near`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

from parsers.items import DuplicateOf, Report

# Templates without figures and one-line notices are alike everywhere.
MIN_CHARACTERS = 200
# What str.isalnum denies, seven times as fast as asking it of each character.
_NEITHER = re.compile(r"[\W_]+")


class MarkCopy:
    """Mark a report elsewhere whose text an official host gave before: `duplicate_of`, `near`."""

    def __init__(self) -> None:
        self._originals: dict[bytes, str] = {}

    def process_item(self, item: Any) -> Any:
        """Return the report, linked to its original where that is known; anything else as it is."""
        if not isinstance(item, Report) or item.kind != "annual_report":
            return item
        digest = text_digest(item.text)
        if digest is None:
            return item
        if item.source.official:
            self._originals.setdefault(digest, item.capture_id)
        elif digest in self._originals and item.duplicate_of is None:
            original = self._originals[digest]
            item.duplicate_of = DuplicateOf(capture_id=original, kind="near", similarity=1.0)
        return item


def text_digest(text: str) -> bytes | None:
    """Return a digest of a text's letters and digits, None where there are too few to tell.

    >>> text_digest("主动公开12条。" * 40) == text_digest("主动 公开１２条；" * 40)
    True
    """
    return digest_of(letters_of(text))


def letters_of(text: str) -> str:
    """Return a text's letters and digits, each in its usual form."""
    return _NEITHER.sub("", unicodedata.normalize("NFKC", text))


def digest_of(letters: str) -> bytes | None:
    """Return a digest of letters and digits, None where there are too few to tell."""
    if len(letters) < MIN_CHARACTERS:
        return None
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=16).digest()
