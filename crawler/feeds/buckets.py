"""A feed in a bucket (`s3://`): a file on the disk until the job is finished, then uploaded whole.

Everything about keeping is `keeping`, everything about uploading Scrapy's own storage. An object is
replaced, never added to. A secret of the address is never shown.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from crawler.archive.causes import Cause, told
from crawler.feeds.keeping import KeptFile
from crawler.stores.addresses import digest, shown
from parsers.errors import FeedError, StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

_log = logging.getLogger(__name__)


class BucketFile(KeptFile):
    """`s3://BUCKET/KEY`, of any format."""

    def __init__(
        self, uri: str, settings: BaseSettings, *, feed_options: dict[str, Any] | None = None
    ) -> None:
        """Check the address. Raises FeedError in one sentence; makes only the file's folder."""
        self._uri, self._settings = uri, settings
        parts = urlsplit(uri)
        if not parts.hostname or not parts.path.strip("/"):
            raise FeedError(f"{shown(uri)} names no object: write s3://bucket/reports.jsonl")
        kept = _kept(Path(settings["LOADS"]), uri)
        super().__init__(kept, uri, {"overwrite": True})
        self.target = shown(uri)
        if (feed_options or {}).get("overwrite") is False:
            _log.warning("%s will be replaced: no object can be added to", self.target)

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None
    ) -> Self:
        """Return the storage for `uri`."""
        return cls(uri, crawler.settings, feed_options=feed_options)

    def is_there(self) -> bool:
        """Do not ask: what the bucket holds stays as it is."""
        return True

    def take(self, file: Path) -> None:
        """Upload `file` in the place of the object. Raises StoreError in one sentence."""
        # Scrapy loads every storage class at each start: boto3 takes 0.3 s.
        from scrapy.extensions.feedexport import S3FeedStorage  # noqa: PLC0415

        known = self._settings
        acl = known["FEED_STORAGE_S3_ACL"]
        with told(partial(_meant, self.target)), file.open("rb") as body:
            place = S3FeedStorage(
                self._uri,
                access_key=known["AWS_ACCESS_KEY_ID"],
                secret_key=known["AWS_SECRET_ACCESS_KEY"],
                session_token=known["AWS_SESSION_TOKEN"],
                endpoint_url=known["S3_ENDPOINT_URL"] or known["AWS_ENDPOINT_URL"] or None,
                region_name=known["AWS_REGION_NAME"] or None,
            )
            place.s3_client.upload_fileobj(
                body, place.bucketname, place.keyname, ExtraArgs={"ACL": acl} if acl else None
            )


def _kept(folder: Path, uri: str) -> Path:
    """Return where a file waits: one an object, under the object's name."""
    return folder / f"{digest(uri)}-{Path(shown(uri)).name}"


def _meant(target: str, cause: Cause) -> StoreError:
    """Return what a cause means for a feed: what happened and the remedy, in a sentence."""
    code = cause.detail
    if cause.kind == "away":
        return StoreError(f"{target} cannot be reached: start it or correct S3_ENDPOINT_URL")
    if cause.kind == "unusable":
        return StoreError(
            f"{target} cannot be written ({code}): correct the credentials or settings"
        )
    if cause.kind == "denied":
        meaning = (
            "refuses the credentials: renew what boto3 finds (AWS_ACCESS_KEY_ID, a profile) and "
            "let them write there"
        )
    elif code == "NoSuchBucket":
        meaning = "does not exist: make the bucket or correct its name"
    else:
        meaning = "did not take the file: try again later"
    return StoreError(f"{target} {meaning} (the store answers {code or 'an error'})")
