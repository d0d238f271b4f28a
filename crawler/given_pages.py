"""The pages that a command is given: files of pages, folders of them, captures of archives.

Reads what stands at these places and nothing else; what cannot be read of a folder or an archive
is counted as a damage, what is named itself raises.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from crawler.archive.locations import is_folder
from crawler.archive.reader import read_captures
from crawler.archive.store import MANIFEST
from crawler.pages import from_record, gives_item
from parsers.errors import ArchiveError
from parsers.items import ArchiveRef, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.locations import Counts

_ARCHIVES = (".warc", ".warc.gz", ".wacz")
# What a killed crawl was writing: read where it is named.
_UNFINISHED = ".warc.gz.open"
_HTML = (".html", ".htm")
_PAGES = (".html", ".htm", ".shtml", ".xhtml", ".txt", ".pdf", ".docx", ".doc")


def pages_of(
    locations: list[str], settings: object, counts: Counts, *, address: str, url: str | None
) -> Iterator[Page]:
    """Yield the pages of files, folders and archives; of archives those of `url` where it is given.

    A folder's captures come before its pages; those of a crawl's archive, which has a manifest, are
    all of it. `address` is that of a file's page; `counts` is told what was damaged. Raises
    ArchiveError, before the first page where a file or folder is not there.
    """
    modes = [(location, _mode_of(location)) for location in locations]
    for location, mode in modes:
        path = Path(location)
        if stat.S_ISREG(mode) and not location.endswith((*_ARCHIVES, _UNFINISHED)):
            _refuse(location, "is a page: --url chooses captures of an archive", if_given=url)
            yield _page_of(path, address)
            continue
        _refuse(location, "is no file of a page: --as is the address of one", if_given=address)
        if stat.S_ISDIR(mode) and not (path / MANIFEST).is_dir():
            yield from _of_folder(path, settings, counts, url)
        else:
            yield from _captured(location, settings, counts, url)


def is_read(location: str, name: str) -> bool:
    """Whether a file of that name is read, or would be, where a command is given `location`.

    In a folder that is every file, but for HTML beside a crawl's archive; and whatever a link in it
    leads to.
    """
    place = Path(url2pathname(urlsplit(location).path) if _is_local_url(location) else location)
    try:
        given, target = place.resolve(), Path(name).resolve()
        if given == target:
            return True
        if not given.is_dir():
            return False
        if given in target.parents or given in Path(name).absolute().parents:
            return not ((given / MANIFEST).is_dir() and target.suffix.lower() in _HTML)
        return any(path.is_symlink() and path.resolve() == target for path in given.rglob("*"))
    except (OSError, RuntimeError, ValueError):  # links in a ring, no right: it cannot be read
        return False


def _is_local_url(location: str) -> bool:
    return location.startswith("file://")


def _mode_of(location: str) -> int:
    """Return what kind of file a location is, 0 for an address elsewhere."""
    if not location:
        raise ArchiveError("no name is no place: name a file, a folder or an archive")
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


def _of_folder(folder: Path, settings: object, counts: Counts, url: str | None) -> Iterator[Page]:
    """Yield the pages of a folder; what of it cannot be read is a damage."""
    files = [path for path in sorted(folder.rglob("*")) if not is_folder(path)]
    pages = [path for path in files if path.suffix.lower() in _PAGES]
    archived = any(path.name.endswith(_ARCHIVES) for path in files)
    if not pages and not archived:
        raise ArchiveError(f"{folder} holds neither WARC files nor pages ({', '.join(_PAGES)})")
    if archived:
        yield from _captured(str(folder), settings, counts, url)
    elif url:
        _refuse(str(folder), "holds no archive: --url chooses captures of one", if_given=url)
    for path in () if url else pages:
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
