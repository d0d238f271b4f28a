"""R3: a file cut at any byte of its last two records is found, and its whole records are kept.

The files are ours and of pages as portals send them: plain, chunked, compressed, of a few hundred
bytes and of three thousand characters; compressed and uncompressed files. `warcio check` passes
87 to 99 % of such cuts (measured). A file that is whole gives no finding: no false alarm.
"""

from __future__ import annotations

import gzip
import random
from contextlib import nullcontext
from typing import TYPE_CHECKING
from unittest import mock

from crawler.archive import verify as verifying
from crawler.archive.repair import repair
from crawler.archive.verify import verify
from tests.archive_commands.writing import CHUNKED, PLAIN, exchange, lone_file, read
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.torture.registry import Trial

_SIGNS = "政府信息公开工作年度报告收到申请件予以提供不予公开办理结果行政复议诉讼"


def _page(chance: random.Random, characters: int) -> bytes:
    text = "".join(chance.choice(_SIGNS) for _ in range(characters))
    body = gzip.compress(f"<p>{text}</p>".encode(), mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _files(trial: Trial, chance: random.Random) -> Iterator[Path]:
    """Yield whole files; each ends with another kind of record."""
    answers = {
        "plain": [exchange(1), exchange(2, PLAIN)],
        "chunked": [exchange(1), exchange(2, CHUNKED)],
        "cut": [exchange(1), exchange(2, PLAIN[:-9], reason="timeout", truncated="time")],
        "long": [exchange(1), exchange(2, _page(chance, 300))],
        "longer": [exchange(1), exchange(2, _page(chance, 3000))],
    }
    for name, exchanges in answers.items():
        folder = trial.folder / name
        folder.mkdir()
        path = lone_file(folder, exchanges)
        yield path
        if name == "longer":
            continue
        plain = path.with_suffix("")
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        yield plain


def run(trial: Trial) -> Iterator[str | None]:
    """Cut each file at each byte of its last two records, and of its last response."""
    chance = random.Random(trial.seed)
    blind = mock.patch.object(verifying, "records", _without_damage)
    with mock.patch("os.fsync"), blind if trial.fault else nullcontext():
        cuts = [(path, size) for path in _files(trial, chance) for size in _sizes(path)]
        trial.whole = len(cuts)
        if trial.count is not None:
            cuts = chance.sample(cuts, min(trial.count, len(cuts)))
        whole = {path: path.read_bytes() for path, _ in cuts}
        for path, size in cuts:
            yield _tried(path, whole[path], size)
        for path, data in whole.items():
            path.write_bytes(data)
            if found := [each for each in verify([str(path)]) if each.rule != "filename"]:
                yield f"a false alarm: {found[0]}"


def _without_damage(source):
    """Yield the records of a file as a lenient reader does: a torn end is no news."""
    from crawler.archive.members import Damage, records  # noqa: PLC0415

    return (each for each in records(source) if not isinstance(each, Damage))


def _sizes(path: Path) -> range:
    """Return every size that ends within the last two records, or within the last exchange."""
    found = read(path)
    last = max(n for n, each in enumerate(found) if each.header("WARC-Type") == "response")
    start = min(found[-2].offset, found[last].offset)
    return range(start + 1, path.stat().st_size)


def _tried(path: Path, data: bytes, size: int) -> str | None:
    """Cut, verify, repair; return what was wrong."""
    path.write_bytes(data)
    ends = [0, *(each.offset + each.length for each in read(path))]
    path.write_bytes(data[:size])
    # Cut between two records the file is whole, but its exchange is not.
    wanted = "concurrent-missing" if size in ends else "damage"
    rules = {each.rule for each in verify([str(path)])}
    kept = max(end for end in ends if end <= size)
    done = repair(path)
    if done.copy:
        done.copy.unlink()
    if wanted not in rules:
        return f"{path.name} cut at {size} of {len(data)}: verify found {sorted(rules)}"
    if path.read_bytes() != data[:kept]:
        return f"{path.name} cut at {size} of {len(data)}: repair kept {path.stat().st_size}"
    return None


CHECK = Check(
    name="R3 cuts",
    claim="every cut within the last two records is found; repair keeps every whole record",
    goal=None,
    sample=100,
    run=run,
    faults=("blind",),
    fault_sample=40,
)
