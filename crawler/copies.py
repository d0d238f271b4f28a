"""Link a copy to its original: a report whose text the archive holds from the organ's own host.

A copied site changes addresses, script and skin, not the report: once cleaned, its text is the
original's. Compared are the letters and digits of the text alone. What official hosts gave is kept
beside the ledger, so that a crawl knows the originals of earlier runs, too; the earliest counts, as
in a re-parse. A copy that was met before its original has no link in that crawl's items: a re-parse
links it all the same, and so does the view `copies` of a store. Near duplicates with edited wording
are sought in a re-parse alone (`engines.near`).
"""

from __future__ import annotations

import hashlib
import logging
import re
import sqlite3
import unicodedata
from typing import TYPE_CHECKING, Any

from crawler.archive.place import Place
from parsers.items import DuplicateOf, Report

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

_log = logging.getLogger(__name__)

# Templates without figures and one-line notices are alike everywhere.
MIN_CHARACTERS = 200
# What str.isalnum denies, seven times as fast as asking it of each character.
_NEITHER = re.compile(r"[\W_]+")

#: The file beside the ledger. It can be lost: a re-parse tells from the archive itself.
FILE = "originals.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS originals (
    text BLOB PRIMARY KEY, fetched_at TEXT NOT NULL, capture_id TEXT NOT NULL
) WITHOUT ROWID;
"""
_ENTER = """
INSERT INTO originals VALUES (?, ?, ?) ON CONFLICT (text) DO UPDATE
SET fetched_at = excluded.fetched_at, capture_id = excluded.capture_id
WHERE (excluded.fetched_at, excluded.capture_id) < (fetched_at, capture_id)
"""


class Originals:
    """The texts that official hosts gave, each with its earliest capture; some 100 bytes a text.

    Entering one twice, in whatever order, changes nothing: a run that was killed and goes on enters
    the same again. Several runs may use one file.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open or make the file; without one, remember for as long as this lives."""
        self._path = path
        self._db = _opened(path)

    def enter(self, digest: bytes, report: Report) -> None:
        """Note that an official host gave a text."""
        self._tried(_ENTER, digest, report.fetched_at, report.capture_id)

    def original(self, digest: bytes) -> str | None:
        """Return the earliest official capture of a text, None where none is known."""
        row = self._tried("SELECT capture_id FROM originals WHERE text = ?", digest)
        return str(row[0]) if row else None

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def _tried(self, query: str, *values: object) -> Any:
        """Return the first row; where the file fails, go on with this run's own originals."""
        try:
            return self._db.execute(query, values).fetchone()
        except sqlite3.Error as error:
            if self._path is None:
                raise
            _give_up(self._path, error)
            self._db.close()
            self._path, self._db = None, _opened(None)
            return self._tried(query, *values)


def _opened(path: Path | None) -> sqlite3.Connection:
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # A commit outlives the process; what a power cut takes, the job's next run enters again.
        db = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
    except (sqlite3.Error, OSError) as error:
        if path is None:
            raise
        _give_up(path, error)
        return _opened(None)
    return db


def _give_up(path: Path, error: Exception) -> None:
    _log.warning(
        "%s cannot be used (%s): this run links copies to its own originals only; scrapy reparse "
        "links all, and the file is made anew once it is removed", path, error,
    )  # fmt: skip


class MarkCopy:
    """Mark a report elsewhere whose text an official host gave before: `duplicate_of`, `near`."""

    def __init__(self, originals: Originals | None = None) -> None:
        self._originals = originals or Originals()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Use what the archive's earlier runs left; a run without an archive has its own only."""
        if not crawler.settings.getbool("ARCHIVE_ENABLED", default=True):
            return cls()
        ledger = Place.from_settings(crawler.settings).ledger
        return cls(Originals(ledger.with_name(FILE)))

    def close_spider(self) -> None:
        """Give the originals back."""
        self._originals.close()

    def process_item(self, item: Any) -> Any:
        """Return the report, linked to its original where that is known; anything else as it is."""
        if not isinstance(item, Report) or item.kind != "annual_report":
            return item
        digest = text_digest(item.text)
        if digest is None:
            return item
        if item.source.official:
            self._originals.enter(digest, item)
        elif item.duplicate_of is None and (original := self._originals.original(digest)):
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
