"""Where an archive lies: its store, its spool, its ledger, as the settings say.

`file://X`: finished files and `manifest/` in X, spool and ledger in `X/spool/`. `s3://…`: spool and
ledger in `data/spools/<name of the URL>/` of the project, on this machine. No Scrapy, no network
but what `Place.check` asks.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from crawler.archive.bucket import BucketStore
from crawler.archive.folder import FolderStore
from crawler.archive.ledger import Ledger, ledger_path
from crawler.writable import try_writing
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.keeper import Sync
    from crawler.archive.store import Store

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Place:
    """Where finished files, unfinished files and the ledger of one archive lie."""

    store: Store
    spool: Path
    ledger: Path

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Place:
        """Return the place that ARCHIVE_URL and LEDGER_URL name. Raises ArchiveError."""
        url = settings.get("ARCHIVE_URL") or (PROJECT / "data" / "archive").as_uri()
        store = store_of(str(url), settings)
        if isinstance(store, FolderStore):
            spool = store.folder / "spool"
        else:
            spool = PROJECT / "data" / "spools" / _folder_name(store.url)
        path = ledger_path(settings.get("LEDGER_URL") or "", spool / "ledger.sqlite")
        return cls(store, spool, path)

    def check(self) -> None:
        """Make sure that all three can be written. Raises ArchiveError in one sentence."""
        self.store.check()
        try:
            self.spool.mkdir(parents=True, exist_ok=True)
            try_writing(self.spool / ".probe")
        except OSError as error:
            raise ArchiveError(
                f"cannot write to the spool folder {self.spool}: {error.strerror}; make it writable"
            ) from error
        Ledger(self.ledger).close()


def store_of(url: str, settings: Mapping[str, Any]) -> FolderStore | BucketStore:
    """Return the store that `url` names: a path, `file://`, or `s3://bucket/prefix`.

    Raises ArchiveError for any other scheme.
    """
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme == "s3":
        return BucketStore(url, settings)
    if scheme == "file":
        if urlsplit(url).netloc not in ("", "localhost"):
            raise ArchiveError(
                f"{url} names a host, {urlsplit(url).netloc}: write file:///absolute/path, or a "
                "plain path"
            )
        return FolderStore(Path(unquote(urlsplit(url).path)))
    if not scheme:
        return FolderStore(Path(url).absolute())
    raise ArchiveError(f"ARCHIVE_URL is of an unknown kind ({scheme}://): use file:// or s3://")


def preflight(settings: Mapping[str, Any]) -> None:
    """Make sure, before a crawl starts, that it can be archived as the settings say.

    Raises ArchiveError in one sentence with its remedy: an unknown scheme, a folder that cannot be
    written, a bucket that is missing or does not answer, a network that is none.
    """
    private_networks(settings)
    sync_of(settings)
    Place.from_settings(settings).check()


def sync_of(settings: Mapping[str, Any]) -> Sync:
    """Return when bytes are forced to the disk: ARCHIVE_FSYNC. Raises ArchiveError."""
    told = settings.get("ARCHIVE_FSYNC") or "always"
    if told == "always":
        return "always"
    if told == "roll":
        return "roll"
    raise ArchiveError(f"ARCHIVE_FSYNC is {told}: write always (the safe one) or roll")


def private_networks(
    settings: Mapping[str, Any],
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Return the networks of PRIVATE_NETWORKS_ALLOWED (CIDR, commas). Raises ArchiveError."""
    names = str(settings.get("PRIVATE_NETWORKS_ALLOWED") or "").split(",")
    try:
        return tuple(ipaddress.ip_network(name.strip()) for name in names if name.strip())
    except ValueError as error:
        raise ArchiveError(
            f"PRIVATE_NETWORKS_ALLOWED is no list of networks ({error}): write it as 127.0.0.0/8"
        ) from error


def _folder_name(url: str) -> str:
    """Return a folder name that only `url` has, readable as far as it can be."""
    readable = re.sub(r"[^A-Za-z0-9.-]+", "-", url).strip("-.")[:80]
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
