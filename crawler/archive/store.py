"""Where finished files rest: a folder (`file://`) or a bucket (`s3://`), one interface.

A finished file is never overwritten: the same bytes again are no error, other bytes are. The
manifest is one small JSON object a file under `manifest/`, written last; readers start from it.
Credentials come from boto3's own chain only and never stand in an address, a log or a record. No
Scrapy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from crawler.archive.members import LocalFile
from crawler.archive.upload import PART, sweep, upload
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crawler.archive.members import Source

MANIFEST = "manifest"
_BLOCK = 1 << 20
# Records are some tens of kilobytes: one range request reads a hundred of them.
_READ_AHEAD = 8 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a finished file; `size` in bytes, `closed` RFC 3339 UTC."""

    filename: str
    size: int
    sha256: str
    records: int
    job: str
    closed: str

    def to_json(self) -> bytes:
        """Return the entry as its object in the store."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes, where: str) -> Entry:
        """Read an entry. Raises ArchiveError naming `where`."""
        try:
            return cls(**json.loads(data))
        except (TypeError, ValueError) as error:
            raise ArchiveError(f"{where} is no manifest entry ({error}); restore it") from error


def same_content(one: Entry, other: Entry) -> bool:
    """Whether two entries vouch for the same bytes."""
    return (one.filename, one.size, one.sha256) == (other.filename, other.size, other.sha256)


class Store(Protocol):
    """A place of finished files. Every method raises ArchiveError in one sentence."""

    url: str

    def check(self) -> None:
        """Make sure that the place can be used, before a crawl relies on it."""

    def put_file(self, path: Path, name: str, sha256: str) -> None:
        """Store a file under `name`; the same bytes again are no error, other bytes are."""

    def put_bytes(self, name: str, data: bytes) -> None:
        """Store a small object under `name`, whole or not at all."""

    def digest(self, name: str) -> tuple[int, str]:
        """Read `name` back: its size in bytes and its sha256 in hex."""

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Yield the manifest in the order of names, those that begin with `prefix`."""

    def names(self) -> list[str]:
        """Return the names of all WARC files that lie there, listed or not, sorted."""

    def open(self, name: str) -> Source:
        """Return a file for reading by ranges."""

    def sweep(self, own: Callable[[str], bool]) -> int:
        """Give up unfinished uploads of files that `own` calls ours; return how many."""


class FolderStore:
    """Finished files in a folder, its manifest in a folder within."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = folder.absolute().as_uri()

    def check(self) -> None:
        """Make the folder and try a write in it."""
        with self._errors("write to"):
            (self.folder / MANIFEST).mkdir(parents=True, exist_ok=True)
            probe = self.folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()

    def put_file(self, path: Path, name: str, sha256: str) -> None:
        """Link the file to its place; on another file system, copy it and link the copy."""
        target = self.folder / name
        with self._errors("write to"):
            self.folder.mkdir(parents=True, exist_ok=True)
            if target.exists():
                _refuse_other(self, name, sha256)
                return
            try:
                os.link(path, target)
            except OSError:
                self._copy(path, target)
            _sync(self.folder)

    def put_bytes(self, name: str, data: bytes) -> None:
        """Write to a file beside it, then rename."""
        target = self.folder / name
        with self._errors("write to"):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            with part.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(target)
            _sync(target.parent)

    def digest(self, name: str) -> tuple[int, str]:
        """Read the file back."""
        with self._errors("read"), (self.folder / name).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            return stream.tell(), found

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Yield the manifest in the order of names."""
        for path in sorted((self.folder / MANIFEST).glob("*.json")):
            if path.name.startswith(prefix):
                with self._errors("read"):
                    data = path.read_bytes()
                yield Entry.from_json(data, str(path))

    def names(self) -> list[str]:
        """Return the WARC files that lie in the folder itself."""
        with self._errors("read"):
            return sorted(path.name for path in self.folder.iterdir() if _is_warc(path.name))

    def open(self, name: str) -> Source:
        """Return a file for reading by ranges."""
        return LocalFile(self.folder / name)

    def sweep(self, own: Callable[[str], bool]) -> int:  # noqa: ARG002 (as the bucket's)
        """Return 0: a folder has no uploads."""
        return 0

    def _copy(self, path: Path, target: Path) -> None:
        part = target.with_name(f".{target.name}.part")
        with path.open("rb") as source, part.open("wb") as stream:
            shutil.copyfileobj(source, stream, _BLOCK)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, target)
        part.unlink()

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(
                f"cannot {verb} the archive folder {self.folder}: {error.strerror}; "
                "make it writable or set ARCHIVE_URL to another place"
            ) from error


class BucketStore:
    """Finished files under a prefix of an S3 bucket."""

    def __init__(self, url: str, settings: Mapping[str, Any]) -> None:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ArchiveError(
                "ARCHIVE_URL holds credentials; give them to boto3 instead "
                "(AWS_ACCESS_KEY_ID, a profile)"
            )
        self.url = url.rstrip("/")
        self.bucket = parts.netloc
        prefix = parts.path.strip("/")
        self.prefix = f"{prefix}/" if prefix else ""
        self._settings = settings
        self._client: Any = None

    def check(self) -> None:
        """Ask for the bucket."""
        with self._errors("reach"):
            self.client.head_bucket(Bucket=self.bucket)

    def put_file(self, path: Path, name: str, sha256: str) -> None:
        """Upload with a condition: an object that is there already is never overwritten."""
        checked = self._settings.get("S3_REQUEST_CHECKSUM") != "when_required"
        place = {"Bucket": self.bucket, "Key": self.prefix + name}
        part = int(self._settings.get("S3_PART_BYTES") or PART)
        try:
            with self._errors("write to"):
                upload(self.client, place, path, sha256 if checked else None, part)
        except _AlreadyThere:
            _refuse_other(self, name, sha256)

    def sweep(self, own: Callable[[str], bool]) -> int:
        """Give up unfinished uploads of files that `own` calls ours; return how many."""
        with self._errors("list the uploads of"):
            return sweep(self.client, self.bucket, self.prefix, own)

    def put_bytes(self, name: str, data: bytes) -> None:
        """Upload a small object."""
        with self._errors("write to"):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=data)

    def digest(self, name: str) -> tuple[int, str]:
        """Read the object back as a stream."""
        found, size = hashlib.sha256(), 0
        with self._errors("read"):
            body = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"]
            for block in body.iter_chunks(_BLOCK):
                found.update(block)
                size += len(block)
        return size, found.hexdigest()

    def entries(self, prefix: str = "") -> Iterator[Entry]:
        """Yield the manifest in the order of names."""
        for name, _ in self._list(f"{MANIFEST}/{prefix}"):
            with self._errors("read"):
                got = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
                data = got["Body"].read()
            yield Entry.from_json(data, f"{self.url}/{name}")

    def names(self) -> list[str]:
        """Return the WARC files directly under the prefix."""
        return sorted(name for name, _ in self._list("") if _is_warc(name) and "/" not in name)

    def open(self, name: str) -> Source:
        """Return an object for reading by ranges."""
        with self._errors("read"):
            head = self.client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        return _Object(self, name, int(head["ContentLength"]))

    def range(self, name: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes of an object from `offset`."""
        span = f"bytes={offset}-{offset + length - 1}"
        with self._errors("read"):
            got = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name, Range=span)
            return bytes(got["Body"].read())

    @property
    def client(self) -> Any:
        """The boto3 client, made at the first use; imports of boto3 are slow."""
        if self._client is None:
            self._client = s3_client(self._settings)
        return self._client

    def _list(self, prefix: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        with self._errors("list"):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                found.extend(
                    (item["Key"].removeprefix(self.prefix), int(item["Size"]))
                    for item in page.get("Contents", ())
                )
        return found

    @contextmanager
    def _errors(self, verb: str) -> Iterator[None]:
        from botocore.exceptions import (  # noqa: PLC0415 (boto3 is slow to import)
            BotoCoreError,
            ClientError,
            HTTPClientError,
        )
        from botocore.exceptions import ConnectionError as NoConnection  # noqa: PLC0415

        try:
            yield
        except ClientError as error:
            raise self._refusal(error, verb) from error
        except (HTTPClientError, NoConnection) as error:
            raise StoreAway(
                f"cannot {verb} {self.url}: the endpoint does not answer; "
                "check S3_ENDPOINT_URL and the network"
            ) from error
        except BotoCoreError as error:
            raise ArchiveError(
                f"cannot {verb} {self.url}: {_first_line(error)}; check the credentials and "
                "S3_ENDPOINT_URL"
            ) from error

    def _refusal(self, error: Any, verb: str) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        # An upload that is gone was joined already, and only the reply to that was lost.
        if code in {"PreconditionFailed", "412", "NoSuchUpload"}:
            return _AlreadyThere()
        if code in {"NoSuchBucket", "404"} and verb == "reach":
            return ArchiveError(f"the bucket of {self.url} does not exist; make it first")
        if (
            code
            in {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"} | _EXPIRED
        ):
            return StoreAway(
                f"{self.url} refuses the credentials ({code}); renew what boto3 finds "
                "(AWS_ACCESS_KEY_ID, a profile) and run the same command again"
            )
        return ArchiveError(f"cannot {verb} {self.url}: the store answers {code or 'an error'}")


_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}


class StoreAway(ArchiveError):
    """The store does not answer or refuses the credentials: no file can be brought in for now."""


class _AlreadyThere(Exception):
    """The object exists."""


class _Object:
    """An object read by ranges, some megabytes at once."""

    def __init__(self, store: BucketStore, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self._store = store
        self._start, self._held = 0, b""

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        if not self._start <= offset <= offset + length <= self._start + len(self._held):
            wanted = min(max(length, _READ_AHEAD), self.size - offset)
            self._start, self._held = offset, self._store.range(self.name, offset, wanted)
        begin = offset - self._start
        return self._held[begin : begin + length]


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


def s3_client(settings: Mapping[str, Any]) -> Any:
    """Return a boto3 client after the settings whose names begin with S3_."""
    import boto3  # noqa: PLC0415 (0.3 s; a crawl into a folder never needs it)
    from botocore.config import Config  # noqa: PLC0415

    session = boto3.session.Session()
    wanted = settings.get("S3_REQUEST_CHECKSUM")
    checksum: Any = wanted or "when_supported"
    return session.client(
        "s3",
        endpoint_url=settings.get("S3_ENDPOINT_URL") or None,
        region_name=session.region_name or "us-east-1",
        config=Config(
            connect_timeout=10,
            read_timeout=float(settings.get("S3_TIMEOUT") or 60),
            retries={"mode": "standard", "max_attempts": int(settings.get("S3_ATTEMPTS") or 5)},
            request_checksum_calculation=checksum,
            response_checksum_validation=checksum,
            s3={"addressing_style": settings.get("S3_ADDRESSING") or "auto"},
        ),
    )


def _refuse_other(store: Store, name: str, sha256: str) -> None:
    if store.digest(name)[1] != sha256:
        raise ArchiveError(
            f"{store.url} already holds another {name}; a finished file is never overwritten: "
            "move one of the two away and run the same command again"
        )


def _is_warc(name: str) -> bool:
    return name.endswith((".warc.gz", ".warc")) and not name.startswith(".")


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
