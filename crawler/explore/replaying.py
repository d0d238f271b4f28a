"""The archived pages beside the application: pywb on a port of its own, of this machine only.

Indexing a large archive takes minutes, so it is done while the pages are served already; until
then, and where it fails, the page that would replay says so. Nothing is written to an archive.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.archive.replayer import served
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a replayed page may do: be drawn, with what the archive has of it. No script, no form, no
#: request to another host; it is of no origin, so that it cannot touch what others store.
POLICY = "sandbox; default-src 'self' 'unsafe-inline' data:; script-src 'none'; form-action 'none'"
#: Seconds that the end of a run waits for pywb to end; it is asked to at once.
_END_SECONDS = 15.0


class Replay:
    """What replays captures: started in the background, ended with `end`."""

    def __init__(self, locations: Sequence[str], settings: Mapping[str, Any]) -> None:
        self.locations = list(locations)
        self._settings = settings
        self._url: str | None = None
        self._trouble: str | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to index and to serve; without an archive nothing happens."""
        if self.locations:
            self._thread = threading.Thread(target=self._serve, name="replay", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """End pywb and remove its folder; an index that is being written is given up."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(_END_SECONDS)

    @property
    def trouble(self) -> str | None:
        """Why nothing can be replayed, in a sentence; None while that is not known."""
        return self._trouble

    @property
    def origin(self) -> str | None:
        """The origin of replayed pages, for the policy that lets them be framed; None: not up."""
        if self._url is None:
            return None
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, fetched_at: str, url: str) -> str | None:
        """Return where the capture of `url` at that time is replayed, None until pywb is up.

        `fetched_at` is RFC 3339 in UTC; WARC and CDXJ count whole seconds.
        """
        if self._url is None:
            return None
        digits = "".join(filter(str.isdigit, fetched_at))[:14]
        return f"{self._url}{digits}/{url}"

    def _serve(self) -> None:
        try:
            with served(self.locations, self._settings, 0, self._go_on, POLICY) as (url, process):
                self._url = url
                while not self._over.wait(0.2) and process.poll() is None:
                    pass
        except (ArchiveError, OSError) as error:
            self._trouble = str(error)
        else:
            self._trouble = "pywb ended by itself: start explore again"
        finally:
            self._url = None

    def _go_on(self, name: str, _done: int, _size: int) -> None:
        """Be told how far the index is; the only place where it can be given up."""
        if self._over.is_set():
            raise ArchiveError(f"{name}: given up")
