"""CDXJ: the index by which replay tools find a capture: one line a record, sorted bytewise.

`key timestamp {"url": …, "mime": …, "status": …, "digest": …, "length": …, "offset": …,
"filename": …}`, the key a SURT. Sorted files merge line by line (`LC_ALL=C sort -m`). A POST is
found by its body, which is put behind the URL's query before the key is made, as pywb does on
replay: forms, JSON and anything else as base64; multipart forms and AMF are taken as "anything
else", where cdxj-indexer takes them apart. A revisit of a POST is found by its body too, where
cdxj-indexer knows its address only. Lines are sorted on the disk: memory stays flat.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import json
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote_plus, urlencode

from crawler.archive.locations import Counts, opened
from crawler.archive.members import Damage, Record, records
from crawler.archive.message import headers_of, read_response, split_head, without_interim
from crawler.archive.rules import payload
from crawler.archive.surt import surt
from parsers.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.archive.members import Source

#: Is told a file's name, the byte reached, the bytes of the whole file.
Progress = Callable[[str, int, int], None]

_CAPTURES = {"response", "revisit", "resource", "metadata"}
_FIELDS = "application/warc-fields"
# Lines are some 350 bytes, in memory some 400: runs of 32 MB.
_RUN_BYTES = 32 << 20
_MAX_QUERY = 4096
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def index_lines(
    locations: Iterable[str],
    settings: Mapping[str, object] | None = None,
    damages: list[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """Yield the sorted lines of archives, each with its line feed, none twice.

    Damage is named in `damages` and what lies behind it is read. Raises ArchiveError where a
    location cannot be read.
    """
    yield from sorted_lines(_lines_of_files(locations, settings or {}, damages, progress))


def sorted_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines sorted bytewise, none twice, with no more in memory than one run."""
    with tempfile.TemporaryDirectory(prefix="cdxj-") as folder:
        last = b""
        for line in heapq.merge(*_sorted_runs(lines, Path(folder))):
            if line != last:
                yield line
            last = line


def write_index(lines: Iterable[bytes], path: Path) -> int:
    """Write lines to a file, whole or not at all; return how many. Raises ArchiveError."""
    count = 0
    with replacing(path) as stream:
        for line in lines:
            stream.write(line)
            count += 1
    return count


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that takes `path`'s place at the end, and not before.

    Raises ArchiveError where it cannot be written; what was there stays.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    except OSError as error:
        raise ArchiveError(
            f"cannot write {path}: {error.strerror}; choose another place"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def lines_of(
    source: Source, damages: list[str] | None = None, progress: Progress | None = None
) -> Iterator[bytes]:
    """Yield the lines of one file in the order of its records."""
    asked_or_captured = _readable(source, damages, progress)
    for record, request in _with_requests(asked_or_captured):
        yield _line(record, request, source.name)


def _readable(
    source: Source, damages: list[str] | None, progress: Progress | None
) -> Iterator[Record]:
    """Yield the requests and captures of a file; damage is named and passed over."""
    for record in records(source):
        if isinstance(record, Damage):
            if damages is not None:
                damages.append(str(record))
            continue
        if progress:
            progress(source.name, record.offset, source.size)
        if record.header("WARC-Type") == "request" or _is_capture(record):
            yield record


def _with_requests(readable: Iterable[Record]) -> Iterator[tuple[Record, Record | None]]:
    """Yield captures, each with the request beside it: writers put it before or behind."""
    captured: Record | None = None
    asked: Record | None = None
    for record in readable:
        if record.header("WARC-Type") == "request":
            if captured:
                yield captured, record if _goes_with(captured, record) else None
            captured, asked = None, record
            continue
        if captured:
            yield captured, None
        captured = record
        if asked and _goes_with(asked, record):
            yield record, asked
            captured = None
    if captured:
        yield captured, None


def _lines_of_files(
    locations: Iterable[str],
    settings: Mapping[str, object],
    damages: list[str] | None,
    progress: Progress | None,
) -> Iterator[bytes]:
    met = Counts() if damages is None else Counts(damages=damages)
    for _, source in opened(locations, settings, met):
        yield from lines_of(source, damages, progress)


def _sorted_runs(lines: Iterable[bytes], folder: Path) -> list[Iterable[bytes]]:
    """Sort lines in runs that fit into memory; all but the last lie in files."""
    runs: list[Iterable[bytes]] = []
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _RUN_BYTES:
            runs.append(_run(sorted(held), folder / str(len(runs))))
            held, size = [], 0
    return [*runs, sorted(held)]


def _run(lines: list[bytes], path: Path) -> Iterator[bytes]:
    with path.open("wb") as stream:
        stream.writelines(lines)
    return _read_lines(path)


def _read_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        yield from stream


def _is_capture(record: Record) -> bool:
    kind, uri = record.header("WARC-Type"), record.header("WARC-Target-URI")
    if kind not in _CAPTURES or not uri:
        return False
    return kind in {"response", "revisit"} or record.header("Content-Type") != _FIELDS


def _goes_with(one: Record, other: Record) -> bool:
    """Whether two neighbours are one exchange, by the first word of either."""
    named = {*one.all("WARC-Concurrent-To"), *other.all("WARC-Concurrent-To")}
    ids = {one.header("WARC-Record-ID"), other.header("WARC-Record-ID")}
    same = one.header("WARC-Target-URI") == other.header("WARC-Target-URI")
    return same and bool(named & ids)


def _line(record: Record, request: Record | None, filename: str) -> bytes:
    """Return the line of a capture; `request` is what was asked, where it is known."""
    url = (record.header("WARC-Target-URI") or "").removeprefix("<").removesuffix(">")
    mime, status = _mime_and_status(record)
    fields = {
        "url": url,
        "mime": mime,
        "status": status,
        "digest": record.header("WARC-Payload-Digest") or _digest(record),
        "length": str(record.length),
        "offset": str(record.offset),
        "filename": filename,
    }
    fields = {name: value for name, value in fields.items() if value}
    key_url = url
    if request is not None and (method := _method(request)) in {"POST", "PUT"}:
        query = body_as_query(*_body(request))
        key_url += f"{'&' if '?' in url else '?'}__wb_method={method}{'&' if query else ''}{query}"
        fields |= {"requestBody": query, "method": method}
    stamp = _NOT_A_DIGIT.sub("", (record.header("WARC-Date") or "")[:19])
    return f"{surt(key_url)} {stamp} {json.dumps(fields)}\n".encode()


def _mime_and_status(record: Record) -> tuple[str, str]:
    if record.header("WARC-Type") in {"resource", "metadata"}:
        return _first_word(record.header("Content-Type") or ""), ""
    answer = read_response(without_interim(record.block)[1])
    status = str(answer.status) if answer else ""
    if record.header("WARC-Type") == "revisit":
        return "warc/revisit", status
    headers = headers_of(answer.head) if answer else []
    types = [value for name, value in headers if name.lower() == b"content-type"]
    return _first_word(types[0].decode("latin-1")) if types else "", status


def _first_word(media_type: str) -> str:
    return (re.split(r"[;\s]", media_type.strip(), maxsplit=1) or [""])[0]


def _digest(record: Record) -> str:
    """Return the digest of a payload that has none, in the form that most tools write."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in payload(record) or [record.block]:
        digest.update(piece)
    return "sha1:" + base64.b32encode(digest.digest()).decode()


def _method(request: Record) -> str:
    return request.block[:16].partition(b" ")[0].decode("latin-1").upper()


def _body(request: Record) -> tuple[str, bytes]:
    head, _ = split_head(request.block)
    types = [value for name, value in headers_of(head) if name.lower() == b"content-type"]
    return types[0].decode("latin-1") if types else "", b"".join(payload(request) or ())


def body_as_query(media_type: str, body: bytes) -> str:
    """Return a request's body as it stands behind the query of its index key."""
    query = ""
    if media_type.startswith("application/x-www-form-urlencoded"):
        try:
            query = unquote_plus(body.decode())
        except UnicodeDecodeError:
            query = _as_base64(body)
    elif media_type.startswith(("application/json", "text/plain")):
        try:
            query = _json_as_query(body)
        except ValueError:
            query = _as_base64(body) if media_type.startswith("text/plain") else ""
    elif body:
        query = _as_base64(body)
    return query[:_MAX_QUERY]


def _as_base64(body: bytes) -> str:
    return "__wb_post_data=" + base64.b64encode(body).decode()


def _json_as_query(body: bytes) -> str:
    """Return the leaves of a JSON value by name; the n-th of one name as `name.n_`."""
    leaves: dict[str, str] = {}
    seen: dict[str, int] = {}
    waiting: list[tuple[str, object]] = [("", json.loads(body))]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed(value.items())
        elif isinstance(value, list):
            waiting += [(name, each) for each in reversed(value)]
        elif name:
            seen[name] = seen.get(name, 0) + 1
            leaves[name if seen[name] == 1 else f"{name}.{seen[name]}_"] = str(value)
    return urlencode(leaves)
