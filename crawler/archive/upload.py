"""Upload one file to a bucket: in one request, or in parts where it is large.

Each request carries the SHA-256 of what it sends, so that a store which checks refuses a byte that
changed on the way, and the condition that no object of that name is there yet. Knows boto3's client
and nothing of archives; errors are boto3's own.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Bytes. S3 takes 5 GB in one request and 10,000 parts of 5 MB at least; a part that fails is sent
#: again alone, so that a bad link costs 64 MB and not a whole file of 1 GB.
PART = 64 << 20


def upload(
    client: Any, place: dict[str, str], path: Path, sha256: str | None, part: int = PART
) -> None:
    """Upload a file to `place` (Bucket and Key); without `sha256` (hex) no checksum is sent."""
    if path.stat().st_size > part:
        _in_parts(client, place, path, part, checked=sha256 is not None)
        return
    checksum = _header(bytes.fromhex(sha256)) if sha256 is not None else {}
    with path.open("rb") as body:
        client.put_object(**place, Body=body, IfNoneMatch="*", **checksum)


def sweep(client: Any, bucket: str, prefix: str, own: Any) -> int:
    """Give up unfinished uploads of which `own(name)` says so; return how many there were."""
    swept = 0
    pages = client.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=prefix)
    for found in [each for page in pages for each in page.get("Uploads", ())]:
        if own(found["Key"].removeprefix(prefix)):
            place = {"Bucket": bucket, "Key": found["Key"]}
            client.abort_multipart_upload(**place, UploadId=found["UploadId"])
            swept += 1
    return swept


def _in_parts(client: Any, place: dict[str, str], path: Path, part: int, *, checked: bool) -> None:
    """Send the parts one after another, then join them; on an error, leave no part behind."""
    kind = {"ChecksumAlgorithm": "SHA256"} if checked else {}
    own = {**place, "UploadId": client.create_multipart_upload(**place, **kind)["UploadId"]}
    try:
        done = []
        for number, data in enumerate(_parts(path, part), start=1):
            checksum = _header(hashlib.sha256(data).digest()) if checked else {}
            sent = client.upload_part(**own, PartNumber=number, Body=data, **checksum)
            done.append({"PartNumber": number, "ETag": sent["ETag"], **checksum})
        client.complete_multipart_upload(**own, MultipartUpload={"Parts": done}, IfNoneMatch="*")
    except BaseException:
        _give_up(client, own)
        raise


def _give_up(client: Any, own: dict[str, str]) -> None:
    """Abort an upload as far as the store lets us; the next start sweeps what is left."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 (slow to import)

    try:
        client.abort_multipart_upload(**own)
    except (BotoCoreError, ClientError):
        return


def _parts(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while data := stream.read(size):
            yield data


def _header(digest: bytes) -> dict[str, str]:
    return {"ChecksumSHA256": base64.b64encode(digest).decode()}
