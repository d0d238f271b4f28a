"""The tape: both directions of a connection, taken down below HTTP and above TLS.

Each request that leaves gets a `Tape`; the connection that serves it (`crawler.archive.connection`)
writes what it sends and receives on it, so that the bytes are the server's own. Knows bytes and
instants; what an exchange means, and where it is kept, is the part of `crawler.archive.wire`.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from crawler.archive.spill import Spill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scrapy.settings import BaseSettings

_log = logging.getLogger(__name__)
#: Bytes of one response. Annex C of the standard wants files of about 1 GB: no record is longer.
ARCHIVE_MAXSIZE = 1_000_000_000
#: The flag of a response whose body lies in the archive only.
LEFT = "body_left_in_archive"


class Take:
    """One attempt on one connection: what was sent, what came back, when, from whom."""

    def __init__(self, peer: str | None, folder: Path | None = None) -> None:
        self.peer = peer
        self.sent: list[bytes] = []
        self.received = Spill(folder)
        self.started_at: datetime | None = None
        #: What comes after the download has ended is no part of its exchange: it is `late`.
        self.over = False
        #: By the monotonic clock: when the head of the final answer was there.
        self.headed_at = 0.0
        self._begun = self._last = 0.0

    def write(self, data: bytes) -> None:
        """Note bytes of the request."""
        if self.started_at is None:
            self.started_at = datetime.now(UTC)
            self._begun = self._last = monotonic()
        self.sent.append(data)

    def read(self, data: bytes) -> None:
        """Note bytes of the response."""
        self._last = monotonic()
        self.received.add(data)

    @property
    def seconds(self) -> float:
        """The time from the first byte sent to the last one received."""
        return self._last - self._begun


class Tape:
    """All attempts at one request: the pool repeats by itself what a dead connection swallowed.

    What is large goes to a file in `folder`; behind `most` bytes of an answer it is cut.
    """

    def __init__(self, folder: Path | None = None, most: int = ARCHIVE_MAXSIZE) -> None:
        self.folder = folder
        self.most = most
        self.takes: list[Take] = []
        #: The number of the body's bytes, where it was too large to be handed on.
        self.left = 0
        #: Whether the response was cut here: more came than a record may hold.
        self.cut = False
        #: Told of bytes that come when the answer is archived and no other is asked for.
        self.late: Callable[[bytes], None] = _pass_over

    def begin(self, peer: str | None) -> Take:
        """Return a new take; what the one before it holds stays."""
        take = Take(peer, self.folder)
        self.takes.append(take)
        return take


def _pass_over(_: bytes) -> None:
    """Drop bytes that belong to nobody."""


def archive_maxsize(settings: BaseSettings) -> int:
    """Return the bytes of a body that is downloaded at most."""
    wanted = settings.getint("ARCHIVE_MAXSIZE") or ARCHIVE_MAXSIZE
    if wanted > ARCHIVE_MAXSIZE:
        _log.warning("ARCHIVE_MAXSIZE is %d here, the most that a record may hold", ARCHIVE_MAXSIZE)
    return min(wanted, ARCHIVE_MAXSIZE)
