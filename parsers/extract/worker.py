"""Read documents that can be bombs in a process of their own, which has limits and can be killed.

A PDF, an Office file or an archive of a few kilobytes can ask for gigabytes or hours (measured: a
docx of 100 kB took 719 MB). The parent sends the bytes to a fresh interpreter (never a fork: a
crawl's reactor must not be copied) and takes blocks as JSON. Pages of HTML never come here. Limits
count the worker's own CPU and address space, so that the same bytes give the same blocks on a busy
machine; a document that breaks one gives no blocks and a warning. A scan is found out by a first,
cheap reading and read once more with the limits that recognition needs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers.items import Block, Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Read = tuple[list[Block], list[str]]
    Found = tuple[tuple[Block, ...], tuple[str, ...]]

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
DOC = "application/msword"
PDF = "application/pdf"
OFD = "application/ofd"
ZIP = "application/zip"

# The largest scanned PDF seen is under 60 MB; the reports with text are below 3 MB.
MAX_BYTES = 64 * 1024 * 1024
# A page of a PDF takes 0.1 s (the reference reports: 6 pages, 0.6 s, 200 kB) and 20 kB or more.
CPU_SECONDS = 8  # and 2 more for what is around it: a bomb costs 10 at most (R5)
CPU_SECONDS_MOST = 120
_BYTES_A_SECOND = 64 * 1024
# Recognition takes 4 to 7 s a page of one processor, 1.2 GB of address space at 150 dots an inch.
RECOGNITION_SECONDS = 600
RECOGNITION_SPACE = 3 * 1024 * 1024 * 1024
# Wall time is the backstop for a worker that waits; on a busy machine it was 3 times CPU time.
_WALL_FACTOR = 10
# 600 s of recognition are 100 pages: no honest file comes near, and no more than this may wait.
_WALL_FACTOR_RECOGNITION = 3
# Interpreter and libraries take 54 MB of address space, a reference report 9 more, XML of 4 MB 60.
ADDRESS_SPACE = 256 * 1024 * 1024
# The longest report read has 90,000 characters.
MAX_CHARACTERS = 4_000_000

_ROOT = Path(__file__).resolve().parents[2]
# The worker is told where libraries and temporary files lie, and no secret of the crawl.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "SYSTEMROOT")
_COMMAND = ("-P", "-W", "ignore", "-c", "from parsers.extract.worker import serve; serve()")
_OUT_OF_MEMORY = 3
# C code that finds no memory may fail without an exception of its own, which is a SystemError.
_OUT_OF_MEMORY_CAUSES = frozenset({"MemoryError", "SystemError"})


class Unreadable(ValueError):
    """A document cannot be read; the message is the warning. Raised by readers in the worker."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may take: seconds of processor time, bytes of address space."""

    seconds: int
    space: int
    recognises: bool = False

    @property
    def wall(self) -> int:
        """After how many seconds a worker that waits is ended."""
        return self.seconds * (_WALL_FACTOR_RECOGNITION if self.recognises else _WALL_FACTOR)


#: How a warning begins that says that a page has no text: recognition may read it.
SCAN = "no text layer"


def extract_limited(body: bytes, media_type: str) -> Found:
    """Return the blocks of a document and the warnings about it; never raises for what it holds."""
    if len(body) > MAX_BYTES:
        return (), (f"{media_type} of more than {MAX_BYTES >> 20} MiB is not read",)
    seconds = min(CPU_SECONDS + len(body) // _BYTES_A_SECOND, CPU_SECONDS_MOST)
    found: Found = ((), (f"{SCAN}: a picture",))
    if media_type not in IMAGES:
        found = _read_within(body, media_type, Limits(seconds, ADDRESS_SPACE))
    if not any(SCAN in warning for warning in found[1]):
        return found
    if not is_installed():
        return found[0], (*found[1], f"{media_type} was not recognised: {_REMEDY}")
    limits = Limits(RECOGNITION_SECONDS, RECOGNITION_SPACE, recognises=True)
    return _read_within(body, media_type, limits)


_REMEDY = "install the extra, pip install '.[ocr]', and parse again"


def is_installed() -> bool:
    """Whether the extra `ocr` is installed."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def _read_within(body: bytes, media_type: str, limits: Limits) -> Found:
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    # One thread: a processor's time is what is counted, and what the machine has left for it.
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    told = (str(limits.seconds), str(limits.space), "recognise" if limits.recognises else "read")
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and code)
            [sys.executable, *_COMMAND, media_type, *told],
            input=body,
            capture_output=True,
            env=environment,
            timeout=limits.wall,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return (), (_beyond(media_type, limits),)
    if done.returncode:
        return (), (_why(media_type, done.returncode, limits, done.stderr),)
    return _unpack(json.loads(done.stdout))


def _why(media_type: str, status: int, limits: Limits, errors: bytes) -> str:
    """Return the warning about a worker that failed, by how it ended.

    All limits share one: which is met first can depend on the machine, the item must not.
    """
    last = (errors.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
    cause = last.partition(":")[0].rpartition(".")[2].strip()
    if status < 0 or status == _OUT_OF_MEMORY or cause in _OUT_OF_MEMORY_CAUSES:
        return _beyond(media_type, limits)
    cause = cause if cause.isidentifier() else f"status {status}"
    return f"{media_type} is damaged: its reader failed ({cause})"


def _beyond(media_type: str, limits: Limits) -> str:
    return f"{media_type} takes more than {limits.seconds} s or {limits.space >> 20} MiB to read"


# ---- in the worker ----


def serve() -> None:
    """Read the document on standard input, write its blocks to standard output, within limits.

    The command line gives the media type, the CPU seconds, the bytes of address space, and whether
    pictures are to be recognised.
    """
    media_type, seconds, space, task = sys.argv[-4:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    body = sys.stdin.buffer.read()
    read = reader_of(media_type, recognises=task == "recognise")
    resource.setrlimit(resource.RLIMIT_AS, (int(space) + len(body),) * 2)
    try:
        blocks, warnings = read(body)
        packed = json.dumps(_pack(*_within_length(blocks, warnings))).encode("ascii")
    except Unreadable as error:
        packed = json.dumps(_pack([], [str(error)])).encode("ascii")
    except MemoryError:
        sys.exit(_OUT_OF_MEMORY)
    sys.stdout.buffer.write(packed)
    sys.stdout.buffer.flush()


# A reader's libraries are loaded only when it is asked for: HTML must not pay 0.3 s for pdfplumber.
_READERS = {
    PDF: ("parsers.extract.pdf", "read_pdf"),
    DOCX: ("parsers.extract.docx", "read_docx"),
    DOC: ("parsers.extract.doc", "read_doc"),
    XLSX: ("parsers.extract.sheets", "read_sheets"),
    XLS: ("parsers.extract.sheets", "read_sheets"),
    OFD: ("parsers.extract.ofd", "read_ofd"),
    ZIP: ("parsers.extract.archives", "read_archive"),
}

IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/gif"})

# Readers of what may hold pictures of pages, where these are to be recognised.
_RECOGNISERS = {
    PDF: ("parsers.extract.scans", "read_scanned_pdf"),
    ZIP: ("parsers.extract.archives", "read_archive_of_scans"),
} | dict.fromkeys(IMAGES, ("parsers.extract.scans", "read_image"))

#: The media types that are read here.
DOCUMENTS = frozenset(_READERS) | IMAGES


def reader_of(media_type: str, *, recognises: bool = False) -> Callable[[bytes], Read]:
    """Return the reader of a media type of `DOCUMENTS`; an image has one that recognises only."""
    readers = _READERS | _RECOGNISERS if recognises else _READERS
    module, name = readers[media_type]
    read: Callable[[bytes], Read] = getattr(import_module(module), name)
    return read


def _within_length(blocks: Iterable[Block], warnings: list[str]) -> Read:
    """Return the first blocks that hold `MAX_CHARACTERS` at most, and a warning for the others."""
    kept: list[Block] = []
    length = 0
    for block in blocks:
        length += len(block.text) + sum(len(cell.text) + 1 for row in block.rows for cell in row)
        if length > MAX_CHARACTERS:
            return kept, [*warnings, f"only the first {MAX_CHARACTERS} characters are read"]
        kept.append(block)
    return kept, warnings


def _pack(blocks: list[Block], warnings: list[str]) -> dict[str, Any]:
    rows = [
        [[[c.text, c.colspan, c.rowspan, c.header] for c in row] for row in block.rows]
        for block in blocks
    ]
    packed = [[b.text, cells, b.tag, b.hidden] for b, cells in zip(blocks, rows, strict=True)]
    return {"blocks": packed, "warnings": warnings}


def _unpack(packed: dict[str, Any]) -> Found:
    blocks = tuple(
        Block(
            text=text,
            rows=tuple(tuple(Cell(*cell) for cell in row) for row in rows),
            tag=tag,
            hidden=hidden,
        )
        for text, rows, tag, hidden in packed["blocks"]
    )
    return blocks, tuple(packed["warnings"])
