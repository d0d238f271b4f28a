"""The pages that a command is given: files of pages, folders of them, captures of archives.

Reads what stands at these places and nothing else; what cannot be read of a folder or an archive
is counted as a damage, what is named itself raises.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.reader import read_captures
from crawler.pages import from_record, gives_item
from parsers.errors import ArchiveError
from parsers.items import ArchiveRef, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.locations import Counts

_ARCHIVES = (".warc", ".warc.gz", ".warc.gz.open", ".wacz")
_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".txt", ".pdf", ".docx", ".doc")


def pages_of(
    locations: list[str], settings: object, counts: Counts, *, address: str, url: str | None
) -> Iterator[Page]:
    """Yield the pages of files, folders and archives; of archives those of `url` where it is given.

    `address` is that of a file's page; `counts` is told what was damaged. Raises ArchiveError.
    """
    for location in locations:
        path, mode = Path(location), _mode_of(location)
        if stat.S_ISREG(mode) and not location.endswith(_ARCHIVES):
            _refuse(location, "is a page: --url chooses captures of an archive", if_given=url)
            yield _page_of(path, address)
            continue
        _refuse(location, "is no file of a page: --as is the address of one", if_given=address)
        if stat.S_ISDIR(mode) and not _is_archive(path):
            _refuse(location, "holds no archive: --url chooses captures of one", if_given=url)
            yield from _of_folder(path, counts)
        else:
            yield from _captured(location, settings, counts, url)


def _mode_of(location: str) -> int:
    """Return what kind of file a location is, 0 for an address elsewhere."""
    if "://" in location:
        return 0
    try:
        mode = Path(location).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise ArchiveError(
            f"{location} is not there: name a file, a folder or an archive"
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ArchiveError(
            f"{location} cannot be read ({why}): name a file, a folder or an archive"
        ) from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise ArchiveError(f"{location} is neither a file nor a folder: write its page to a file")
    return mode


def _refuse(location: str, why: str, *, if_given: str | None) -> None:
    if if_given:
        raise ArchiveError(f"{location} {why}")


def _captured(location: str, settings: object, counts: Counts, url: str | None) -> Iterator[Page]:
    for capture in read_captures([location], settings, counts):  # type: ignore[arg-type]
        if url and url not in (capture.url, capture.context.requested_url, capture.ref.record_id):
            continue
        page = from_record(capture)
        if gives_item(page):
            yield page


def _is_archive(folder: Path) -> bool:
    return (folder / "manifest.jsonl").exists() or any(
        path.name.endswith(_ARCHIVES) for path in folder.rglob("*")
    )


def _of_folder(folder: Path, counts: Counts) -> Iterator[Page]:
    """Yield the pages of a folder; what of it cannot be read is a damage."""
    named = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _PAGES]
    files = [path for path in named if not path.is_dir()]
    if not files:
        raise ArchiveError(f"{folder} holds neither WARC files nor pages ({', '.join(_PAGES)})")
    for path in files:
        try:
            _mode_of(str(path))
            page = _page_of(path, "")
        except ArchiveError as error:
            counts.damages.append(str(error))
        else:
            yield page


def _page_of(path: Path, address: str) -> Page:
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read ({error.strerror}): name a file") from error
    url = address or path.absolute().as_uri()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    return Page(url, url, 200, (), body, "", ArchiveRef(path.name, 0, len(body), "", digest))
