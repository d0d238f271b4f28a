"""How the records of an archive hang together: who was captured with whom, who refers to whom.

Kept in a temporary database, so that a hundred million records need no more memory than one. Asked
when every file was walked, because a revisit may point to another file. Writes nothing that stays.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.members import Record

_SCHEMA = """
CREATE TABLE records (
    number INTEGER PRIMARY KEY, file TEXT, offset INTEGER, length INTEGER, id TEXT, type TEXT,
    date TEXT, uri TEXT, digest TEXT, own INTEGER
);
CREATE TABLE named (
    number INTEGER, file TEXT, offset INTEGER, id TEXT, other TEXT, how TEXT, date TEXT, uri TEXT
);
"""
_VIEWS = """
CREATE INDEX records_by_id ON records (id);
CREATE INDEX records_by_place ON records (file, offset);
CREATE INDEX named_by_id ON named (id, other);
CREATE VIEW concurrent AS
    SELECT named.file, named.offset, named.id, other, own, records.date
    FROM named JOIN records USING (number) WHERE how = 'concurrent';
CREATE VIEW exchanges AS
    SELECT concurrent.id, them.type FROM concurrent JOIN records AS them ON them.id = other;
CREATE VIEW revisits AS
    SELECT named.file, named.offset, other, how, named.date AS said_date, named.uri AS said_uri,
        earlier.type, earlier.date, earlier.uri, earlier.digest, later.digest AS own_digest
    FROM named JOIN records AS later USING (number)
        JOIN records AS earlier ON earlier.id = other
    WHERE how LIKE 'refers:%';
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: in which file, at which byte (None: the file as a whole), which rule."""

    file: str
    offset: int | None
    rule: str
    reason: str

    def __str__(self) -> str:
        place = "" if self.offset is None else f", byte {self.offset}"
        return f"{self.file}{place}: {self.reason}"


class Links:
    """What was read of every record, for questions between records."""

    def __init__(self) -> None:
        # An empty name is SQLite's for a database on the disk that goes with its connection.
        self.db = sqlite3.connect("", isolation_level=None)
        self.db.execute("PRAGMA journal_mode = OFF")
        self.db.executescript(_SCHEMA)
        self.db.execute("BEGIN")

    def add(self, record: Record, file: str, *, own: bool) -> None:
        """Note a record of `file`."""
        own_id = _bare(record.header("WARC-Record-ID"))
        added = self.db.execute(
            "INSERT INTO records VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file, record.offset, record.length, own_id, record.header("WARC-Type"),
                record.header("WARC-Date"), _bare(record.header("WARC-Target-URI")),
                record.header("WARC-Payload-Digest"), own,
            ),
        )  # fmt: skip
        concurrent = [(_bare(other), "concurrent") for other in record.all("WARC-Concurrent-To")]
        how = f"refers:{(record.header('WARC-Profile') or '').rpartition('/')[2]}"
        if record.header("WARC-Type") == "revisit":
            concurrent += [(_bare(other), how) for other in record.all("WARC-Refers-To")]
        date = record.header("WARC-Refers-To-Date")
        uri = _bare(record.header("WARC-Refers-To-Target-URI"))
        self.db.executemany(
            "INSERT INTO named VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (added.lastrowid, file, record.offset, own_id, other, how, date, uri)
                for other, how in concurrent
            ],
        )

    def faults(self, *, whole: bool) -> Iterator[Finding]:
        """Yield what is wrong between records; `whole` says that the archive is all there.

        Where it is not, a record that is referred to may lie in a file that was not given.
        """
        self.db.executescript(_VIEWS)
        for rule, query, reason in _QUESTIONS:
            if rule != "refers-missing" or whole:
                for file, offset, *words in self.db.execute(query):
                    yield Finding(file, offset, rule, reason.format(*words))

    def close(self) -> None:
        """Give the temporary database back."""
        self.db.close()


def _bare(uri: str | None) -> str:
    return (uri or "").removeprefix("<").removesuffix(">")


#: The short name of a rule, the question for those that break it, the sentence about each.
_QUESTIONS = (
    (
        "record-id",
        "SELECT file, max(offset), id FROM records GROUP BY id HAVING count(*) > 1",
        "WARC-Record-ID {} names another record too",
    ),
    (
        "concurrent-missing",
        "SELECT file, offset, other FROM concurrent WHERE other NOT IN (SELECT id FROM records)",
        "WARC-Concurrent-To names {}, which is not there",
    ),
    (
        "concurrent-one-way",
        """SELECT file, offset, other FROM concurrent WHERE own
        AND other IN (SELECT id FROM records) AND NOT EXISTS
        (SELECT 1 FROM named AS back WHERE back.id = concurrent.other
        AND back.other = concurrent.id)""",
        "WARC-Concurrent-To names {}, which does not name it back",
    ),
    (
        "concurrent-date",
        """SELECT file, offset, other FROM concurrent WHERE EXISTS
        (SELECT 1 FROM records WHERE records.id = other AND records.date <> concurrent.date)""",
        "its WARC-Date is not that of {}, which was captured with it",
    ),
    (
        "exchange",
        """SELECT file, offset, type FROM records WHERE own AND type IN ('response', 'revisit')
        AND id NOT IN (SELECT id FROM exchanges WHERE type = 'request')""",
        "a {} of ours without its request",
    ),
    (
        "exchange",
        """SELECT file, offset, type FROM records WHERE own AND type = 'request'
        AND id NOT IN (SELECT id FROM exchanges WHERE type = 'metadata')""",
        "a {} of ours without its metadata",
    ),
    (
        "refers-missing",
        """SELECT file, offset, other FROM named WHERE how LIKE 'refers:%'
        AND other NOT IN (SELECT id FROM records)""",
        "a revisit of {}, which is not there",
    ),
    (
        "refers-revisit",
        "SELECT file, offset, other FROM revisits WHERE type = 'revisit'",
        "a revisit of {}, which is a revisit itself",
    ),
    (
        "refers-other",
        """SELECT file, offset, other FROM revisits
        WHERE coalesce(said_date, date) <> date OR said_uri NOT IN ('', uri)""",
        "WARC-Refers-To-Date or -Target-URI is not that of {}",
    ),
    (
        "refers-digest",
        """SELECT file, offset, other FROM revisits
        WHERE how = 'refers:identical-payload-digest' AND digest <> own_digest""",
        "a revisit whose WARC-Payload-Digest is not that of {}",
    ),
)
