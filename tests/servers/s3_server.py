"""A small S3 of our own that verifies what it is sent and fails as it is told to.

moto stores a flipped byte and a wrong checksum with 200 (measured): it proves nothing about either.
This one checks every digest that a request carries (`x-amz-content-sha256`, `x-amz-checksum-*`,
`Content-MD5`), keeps to `If-None-Match: *`, and knows what our store asks: PUT, GET with ranges,
HEAD, listings, uploads in parts. `faults` maps an operation ("put", "get", "part", "complete") to
faults in the order in which they are used up, one a request: `503`, `"timeout"`, `"drop"` (the link
ends half-way through the request's body), `"lost"` (done, but the reply is), `"flip"` (a byte
changes on the way, in before any check or out behind all), `"rot"` (a byte changes at rest),
`"expired"`, `"denied"`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import threading
import time
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.servers.serving import Served

REFUSED = {
    503: (503, "SlowDown"),
    "expired": (400, "ExpiredToken"),
    "denied": (403, "InvalidAccessKeyId"),
}


@dataclass
class S3Server(Served):
    """A bucket named `bucket` on loopback; a context manager. `objects` holds what is stored."""

    faults: dict = field(default_factory=dict)
    bucket: str = "reports"
    wait: float = 3.0

    def __enter__(self):
        self.objects, self.uploads = {}, {}
        self.asked, self.overwritten = Counter(), []
        self.refused = defaultdict(list)
        self.lock = threading.Lock()
        return super().__enter__()

    def fault(self, operation):
        """Return the next fault of an operation, used up by this request; None for none."""
        with self.lock:
            self.asked[operation] += 1
            left = self.faults.get(operation) or []
            return left.pop(0) if left else None

    def store(self, key, data, rot=False):
        """Keep an object; what was there before is noted as overwritten."""
        with self.lock:
            if key in self.objects and self.objects[key] != data:
                self.overwritten.append(key)
            self.objects[key] = _flipped(data) if rot else data


def _flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer in two writes waits 40 ms

    def log_message(self, *_):
        pass

    def handle(self):
        with contextlib.suppress(OSError):
            super().handle()

    def do_GET(self):
        self._do()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 (the library's names)

    def _do(self):
        parts = urlsplit(self.path)
        bucket, _, self.key = unquote(parts.path).lstrip("/").partition("/")
        self.query = parse_qs(parts.query, keep_blank_values=True)
        operation = self._operation()
        fault = self.s3.fault(operation)
        if fault == "timeout":
            time.sleep(self.s3.wait)
        if fault == "drop":
            self.rfile.read(int(self.headers.get("Content-Length") or 0) // 2)
        if fault in {"timeout", "drop"}:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if fault in REFUSED:
            self._refuse(*REFUSED[fault])
        elif bucket != self.s3.bucket:
            self._refuse(404, "NoSuchBucket")
        else:
            body = _flipped(body) if fault == "flip" and body else body
            if code := self._differs(body):
                self._refuse(400, code)
            else:
                self.lost, self.rot, self.flip = (fault == each for each in ("lost", "rot", "flip"))
                getattr(self, f"_{operation}")(body)

    @property
    def s3(self):
        return self.server.told

    def _operation(self):
        if self.command == "PUT":
            return "part" if "uploadId" in self.query else "put"
        if self.command == "POST":
            return "complete" if "uploadId" in self.query else "create"
        if self.command == "DELETE":
            return "abort"
        if not self.key:
            return "uploads" if "uploads" in self.query else "list"
        return "get"

    def _differs(self, body):
        """Return the error of a request whose body is not what its digests say."""
        name = self.headers.get("x-amz-content-sha256", "")
        if len(name) == 64 and hashlib.sha256(body).hexdigest() != name:
            return "XAmzContentSHA256Mismatch"
        found = {
            "x-amz-checksum-sha256": hashlib.sha256(body).digest(),
            "x-amz-checksum-crc32": zlib.crc32(body).to_bytes(4, "big"),
            "content-md5": hashlib.md5(body, usedforsecurity=False).digest(),
        }
        for header, digest in found.items():
            told = self.headers.get(header)
            if told and "uploadId" not in self.query and base64.b64decode(told) != digest:
                return "BadDigest"
            if told and "partNumber" in self.query and base64.b64decode(told) != digest:
                return "BadDigest"
        return None

    def _reply(self, status=200, body=b"", **headers):
        if getattr(self, "lost", False):
            self.close_connection = True
            return
        self.send_response(status)
        for header, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(header.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status, code):
        with self.s3.lock:
            self.s3.refused[code].append(self.key)
        self._reply(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())

    def _taken(self):
        return self.headers.get("If-None-Match") == "*" and self.key in self.s3.objects

    def _put(self, body):
        if self._taken():
            return self._refuse(412, "PreconditionFailed")
        self.s3.store(self.key, body, self.rot)
        return self._reply(ETag='"1"')

    def _create(self, _):
        with self.s3.lock:
            name = f"u{self.s3.asked['create']}"
            self.s3.uploads[name] = (self.key, {})
        self._xml("InitiateMultipartUploadResult", f"<UploadId>{name}</UploadId>")

    def _part(self, body):
        upload = self.s3.uploads.get(self.query["uploadId"][0])
        if upload is None:
            return self._refuse(404, "NoSuchUpload")
        upload[1][int(self.query["partNumber"][0])] = body
        return self._reply(ETag=f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')

    def _complete(self, _):
        name = self.query["uploadId"][0]
        if name not in self.s3.uploads:
            return self._refuse(404, "NoSuchUpload")
        if self._taken():
            return self._refuse(412, "PreconditionFailed")
        key, parts = self.s3.uploads.pop(name)
        self.s3.store(key, b"".join(parts[number] for number in sorted(parts)), self.rot)
        return self._xml("CompleteMultipartUploadResult", '<ETag>"1"</ETag>')

    def _abort(self, _):
        self.s3.uploads.pop(self.query.get("uploadId", [""])[0], None)
        self._reply(204)

    def _get(self, _):
        if self.key not in self.s3.objects:
            return self._refuse(404, "NoSuchKey")
        data, total = self.s3.objects[self.key], len(self.s3.objects[self.key])
        data = _flipped(data) if self.flip else data
        span = self.headers.get("Range")
        if span is None:
            return self._reply(body=data)
        first, last = (int(each) for each in span.removeprefix("bytes=").split("-"))
        data = data[first : last + 1]
        content_range = f"bytes {first}-{first + len(data) - 1}/{total}"
        return self._reply(206, data, Content_Range=content_range)

    def _list(self, _):
        prefix = self.query.get("prefix", [""])[0]
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(data)}</Size></Contents>"
            for key, data in sorted(self.s3.objects.items())
            if key.startswith(prefix)
        )
        self._xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{found}")

    def _uploads(self, _):
        found = "".join(
            f"<Upload><Key>{escape(key)}</Key><UploadId>{name}</UploadId></Upload>"
            for name, (key, _) in sorted(self.s3.uploads.items())
        )
        self._xml("ListMultipartUploadsResult", f"<IsTruncated>false</IsTruncated>{found}")

    def _xml(self, name, inner):
        self._reply(body=f"<?xml version='1.0'?><{name}>{inner}</{name}>".encode())


S3Server.handler = _Handler
