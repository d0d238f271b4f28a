"""Archive files on the web (`http://`, `https://`), read by ranges without being downloaded.

For a person who was given an address: nothing of a crawl comes this way, and nothing is written.
An address may hold a signature behind its `?`: only its last name is ever said.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from crawler.archive.ranges import Ranged
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from crawler.archive.members import Source

SCHEMES = ("http://", "https://")
#: Seconds without an answer after which a server counts as away.
_TIMEOUT = 60
_TOTAL = re.compile(r"bytes 0-\d+/(\d+)\Z")


class WebFile:
    """One file of a web server; `name` is the last part of its path."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = f"{parts.scheme}://{parts.hostname}"
        self.name = unquote(parts.path.rpartition("/")[2])
        self._address = url

    def open(self, name: str) -> Source:
        """Return the file for reading by ranges. Raises ArchiveError."""
        _, total = self._ask(0, 1)
        found = _TOTAL.match(total)
        if not found:
            raise ArchiveError(f"{self.url} gives no size for {name}; download the file first")
        return Ranged(self.name, int(found[1]), lambda offset, size: self._ask(offset, size)[0])

    def _ask(self, offset: int, length: int) -> tuple[bytes, str]:
        """Return a range of the file, and what the server says of its place in the whole."""
        span = {"Range": f"bytes={offset}-{offset + length - 1}"}
        asked = urllib.request.Request(self._address, headers=span)  # noqa: S310 (http or https)
        try:
            with urllib.request.urlopen(asked, timeout=_TIMEOUT) as answer:  # noqa: S310
                if answer.status != HTTPStatus.PARTIAL_CONTENT:
                    raise ArchiveError(
                        f"{self.url} gives {self.name} as a whole only; download the file first"
                    )
                return answer.read(), str(answer.headers.get("Content-Range") or "")
        except urllib.error.HTTPError as error:
            raise ArchiveError(
                f"{self.url} answers {error.code} for {self.name}; check the address"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise ArchiveError(
                f"cannot read {self.name} from {self.url} ({reason}); check the address and the "
                "network"
            ) from error
