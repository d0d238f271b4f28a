"""Finished files under a prefix of an S3 bucket (`s3://`), through boto3.

An upload carries the condition that no object of its name is there, and by default the checksum of
its bytes. Every failure is one sentence that says whose turn it is: the store's, the network's, or
that of who renews the credentials. Those come from boto3's own chain only and never stand in an
address, a log or a record. No Scrapy.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.archive.causes import Cause, told
from crawler.archive.ranges import Ranged
from crawler.archive.store import (
    MANIFEST,
    Entry,
    StoreAway,
    entry_name,
    is_warc,
    refuse_other,
    refuse_other_entry,
)
from crawler.archive.upload import PART, sweep, upload
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from crawler.archive.members import Source

_BLOCK = 1 << 20


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
            refuse_other(self, name, sha256)

    def sweep(self, own: Callable[[str], bool]) -> int:
        """Give up unfinished uploads of files that `own` calls ours; return how many."""
        with self._errors("list the uploads of"):
            return sweep(self.client, self.bucket, self.prefix, own)

    def put_entry(self, entry: Entry) -> None:
        """Upload with a condition: an entry that is there already is never overwritten."""
        place = {"Bucket": self.bucket, "Key": self.prefix + entry_name(entry.filename)}
        try:
            with self._errors("write to"):
                self.client.put_object(**place, Body=entry.to_json(), IfNoneMatch="*")
        except _AlreadyThere:
            refuse_other_entry(self, entry)

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
        return sorted(name for name, _ in self._list("") if is_warc(name) and "/" not in name)

    def open(self, name: str) -> Source:
        """Return an object for reading by ranges."""
        with self._errors("read", name):
            head = self.client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        size = int(head["ContentLength"])
        return Ranged(name, size, lambda offset, length: self.range(name, offset, length))

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
    def _errors(self, verb: str, name: str = "") -> Iterator[None]:
        with told(lambda cause: self._refusal(cause, verb, name)):
            yield

    def _refusal(self, cause: Cause, verb: str, name: str) -> Exception:
        """Return what a cause means for who asked, with the remedy."""
        code = cause.detail
        if cause.kind == "away":
            return StoreAway(
                f"cannot {verb} {self.url}: the endpoint does not answer; "
                "check S3_ENDPOINT_URL and the network"
            )
        if cause.kind == "denied":
            return StoreAway(
                f"{self.url} refuses the credentials ({code}); renew what boto3 finds "
                "(AWS_ACCESS_KEY_ID, a profile) and run the same command again"
            )
        if cause.kind == "unusable":
            return ArchiveError(
                f"cannot {verb} {self.url}: {code}; check the credentials and S3_ENDPOINT_URL"
            )
        return self._answered(code, verb, name)

    def _answered(self, code: str, verb: str, name: str) -> Exception:
        # An upload that is gone was joined already, and only the reply to that was lost.
        if code in {"PreconditionFailed", "412", "NoSuchUpload"}:
            return _AlreadyThere()
        if code in {"NoSuchBucket", "404"} and verb == "reach":
            return ArchiveError(f"the bucket of {self.url} does not exist; make it first")
        if code in {"NoSuchKey", "404"} and name:
            return ArchiveError(f"there is no {name} in {self.url}; check the name")
        return ArchiveError(f"cannot {verb} {self.url}: the store answers {code or 'an error'}")


class _AlreadyThere(Exception):
    """The object exists."""


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
            retries={
                "mode": "standard",
                "total_max_attempts": int(settings.get("S3_ATTEMPTS") or 5),
            },
            request_checksum_calculation=checksum,
            response_checksum_validation=checksum,
            s3={"addressing_style": settings.get("S3_ADDRESSING") or "auto"},
        ),
    )
