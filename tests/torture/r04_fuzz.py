"""R4: a spoilt archive gives findings, damages or our own error: nothing else, in bounded time.

Mutants of files of ours and of another tool's are read, verified, indexed, counted, repaired and
packaged, in children with a limit of memory and of time. warcio leaked five foreign kinds of error
in 10,000 such mutants (measured).
"""

from __future__ import annotations

import gzip
import json
import os
import random
import resource
import signal
import time
import traceback
from contextlib import closing
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive.cdxj import index_lines
from crawler.archive.locations import Counts
from crawler.archive.members import LocalFile
from crawler.archive.reader import read_captures
from crawler.archive.repair import find_tear
from crawler.archive.stats import count
from crawler.archive.verify import verify
from parsers.errors import ArchiveError
from tests.archive_commands.test_other_tools import browsertrix, warcprox, wget
from tests.archive_commands.writing import CHUNKED, exchange, lone_file, read, revisit_of
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

#: Bytes beyond what the process has when it begins: what a mutant may cost.
_MEMORY = 256 << 20
_SECONDS = 5
#: Mutants that one child reads: a fork costs more than a mutant.
_BATCH = 100
_WORDS = (
    b"Content-Length: ", b"999999999999",
    b"-1", b"\r\n\r\n", b"WARC/1.1", b"WARC/9.9",
    b"\x1f\x8b\x08", b"\x00", b"\xff\xfe", b"Transfer-Encoding: chunked",
    b"ffffffffffffffff\r\n", b"<urn:uuid:",
    b"WARC-Date: 0000-99-99", b"WARC-Type: revisit", b"http://[::1", b"sha256:", b"HTTP/1.1 99999",
)  # fmt: skip


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """Return the files that are spoilt: name and bytes, compressed and plain."""
    own = lone_file(folder, [exchange(1), exchange(2, CHUNKED)])
    with own.open("ab") as stream:
        stream.writelines(revisit_of(read(own)[1]))
    found = [("a.warc.gz", own.read_bytes()), ("a.warc", gzip.decompress(own.read_bytes()))]
    for tool in (wget, warcprox, browsertrix):
        path = tool(folder)
        found.append((path.name, path.read_bytes()))
    return found


def mutant(chance: random.Random, name: str, data: bytes) -> bytes:
    """Return a spoilt copy: some edits, within the compressed data or within what it holds."""
    inside = name.endswith(".gz") and chance.random() < 0.5
    spoilt = bytearray(gzip.decompress(data) if inside else data)
    for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
        _edit(chance, spoilt)
    if not inside:
        return bytes(spoilt)
    return _recompressed(bytes(spoilt))


def _edit(chance: random.Random, data: bytearray) -> None:
    at = chance.randrange(len(data) + 1)
    kind = chance.randrange(6)
    if kind == 0 and data:
        data[at - 1] ^= 1 << chance.randrange(8)
    elif kind == 1:
        data[at:at] = chance.choice(_WORDS)
    elif kind == 2:
        data[at : at + chance.randrange(1, 200)] = b""
    elif kind == 3:
        end = at + chance.randrange(1, 400)
        data[at:at] = data[at:end]
    elif kind == 4:
        word = chance.choice(_WORDS)
        data[at : at + len(word)] = word
    else:
        del data[at:]


def _recompressed(data: bytes) -> bytes:
    """Return what was spoilt in members again, a record each as far as that can be told."""
    parts = data.split(b"WARC/1.")
    first, rest = parts[0], [b"WARC/1." + each for each in parts[1:]]
    return b"".join(gzip.compress(each, 1, mtime=0) for each in ([first] if first else []) + rest)


def read_every_way(path: Path) -> None:
    """Read a file in each way that a command does. Raises what they let through."""
    for attempt in (
        lambda: list(read_captures([str(path)], counts=Counts(), resolve=True)),
        lambda: list(verify([str(path)])),
        lambda: list(index_lines([str(path)], damages=[])),
        lambda: count([str(path)], {}),
        lambda: _tear(path),
    ):
        try:
            attempt()
        except ArchiveError:
            continue


def _tear(path: Path) -> None:
    with closing(LocalFile(path)) as source:
        find_tear(source)


def run(trial: Trial) -> Iterator[str | None]:
    """Spoil and read; a batch of mutants a child."""
    files = seeds(trial.folder)
    wanted = trial.count or CHECK.goal or 0
    done = 0
    while done < wanted:
        found = _batch(trial, files, range(done, min(wanted, done + _BATCH)))
        yield from found
        done += len(found)


def _batch(trial: Trial, files: list[tuple[str, bytes]], numbers: range) -> list[str | None]:
    """Read mutants in a child, which says a line each; the one that ends it is the last."""
    asked, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(asked)
        with os.fdopen(told, "w") as out:
            _child(trial, files, numbers, out)
        os._exit(0)
    os.close(told)
    with os.fdopen(asked) as lines:
        found = [json.loads(line) for line in lines]
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if len(found) < len(numbers):
        number = numbers[len(found)]
        name, _ = files[number % len(files)]
        found.append(f"mutant {number} of {name}: the child ended with {status}")
    return found


def _child(trial: Trial, files: list[tuple[str, bytes]], numbers: range, out) -> None:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 (no file of ours)
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + _MEMORY, now + _MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if trial.fault == "leak":
        mock.patch("crawler.archive.rules.faults", side_effect=_leak).start()
    elif trial.fault == "hang":
        mock.patch("crawler.archive.rules.faults", side_effect=_hang).start()
    for number in numbers:
        name, data = files[number % len(files)]
        path = trial.folder / f"m-{name}"
        path.write_bytes(mutant(random.Random(f"{trial.seed} {number}"), name, data))
        signal.alarm(1 if trial.fault else _SECONDS)
        said = None
        try:
            read_every_way(path)
        except BaseException:  # noqa: BLE001 (any error that is not ours is the finding)
            last = traceback.format_exc().strip().splitlines()
            said = f"mutant {number} of {name}: {last[-1]} ({last[-3].strip()})"
        signal.alarm(0)
        out.write(json.dumps(said) + "\n")
        out.flush()


def _leak(record, **_):
    if record.header("WARC-Type") == "request":
        raise LookupError("not ours")
    return iter(())


def _hang(*_, **__):
    time.sleep(60)


CHECK = Check(
    name="R4 fuzzed WARCs",
    claim="only our own error, within 5 s and 256 MB, and what is whole is still read",
    goal=20_000,
    sample=300,
    run=run,
    faults=("leak", "hang"),
    fault_sample=3,
)
