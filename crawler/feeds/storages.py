"""The place where a local feed goes: a file that changes only when a job is finished, all at once.

While a run goes on, its items are in TARGET.part beside the target. At the end of a finished job
the part replaces the target (-O) or is appended to it (-o). A run that dies leaves the target as it
was, and the part is written anew by the run that resumes the job, which replays every item: so
nothing is doubled and nothing torn. A bucket (`s3://`) keeps to the same by `buckets`; every other
place (stdout, devices) stays Scrapy's.

The note TARGET.part.ready says that a part is whole, whose job it is, and the target's size before.
It is durable before the job's ledger says "finished", and the target changes after that. A note
that a dead run left is therefore settled by the next run on the target: another job's part is put
in (that job was finished, nobody will write it again), its own job's is undone (it replays every
item).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FileFeedStorage
from w3lib.url import file_uri_to_path

from crawler.feeds.datapackage import describe
from crawler.writable import try_writing
from parsers.errors import FeedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Spider
    from scrapy.crawler import Crawler

#: The stat that tells the id of the job that runs; of a re-parse, what its command gives again.
JOB_STAT = "archive/job"

#: A second document after the first makes no document of these formats.
NOT_APPENDABLE = frozenset({"parquet", "facts-parquet", "sqlite", "json", "xml", "xlsx"})

#: These begin with a line of columns, which stands once in a file that is appended to.
HEADED = frozenset({"csv", "facts-csv"})


class WholeFileStorage:
    """A local feed target that holds whole jobs only. Follows Scrapy's `FeedStorageProtocol`."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        """Check that `uri` can be written. Raises FeedError in one sentence; leaves nothing."""
        options = feed_options or {}
        self.path = _local_path(uri)
        #: What a user is told of; a place that is no file says its address.
        self.target = str(self.path)
        self.part = self.path.with_name(self.path.name + ".part")
        self._note = self.path.with_name(self.path.name + ".part.ready")
        self._form = str(options.get("format", ""))
        self._headed = self._form in HEADED
        self._replace = bool(options.get("overwrite", False))
        self._job: str | None = None
        self._file: IO[bytes] | None = None
        with told(self.path):
            self._check(str(options.get("format", "")))

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,  # noqa: ARG003 (Scrapy's protocol)
        uri: str,
        *,
        feed_options: dict[str, Any] | None = None,
    ) -> WholeFileStorage | FileFeedStorage:
        """Return the storage for `uri`; a device or a pipe is Scrapy's own matter."""
        path = _local_path(uri)
        with told(path):
            special = path.exists() and not path.is_file() and not path.is_dir()
        if special:
            return FileFeedStorage(uri, feed_options=feed_options)
        return cls(uri, feed_options=feed_options)

    def open(self, spider: Spider) -> IO[bytes]:
        """Settle what a dead run left, then return the empty part, locked against other runs."""
        job = spider.crawler.stats.get_value(JOB_STAT)
        self._job = None if job is None else str(job)
        with told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._settle_note()
            self._file = self._locked_part()
            self._file.truncate(0)
            self._file.seek(0)  # else exporters take what a dead run left for their own beginning
        return self._file

    def store(self, file: IO[bytes]) -> None:
        """Make the part durable; the target changes at `commit`."""
        with told(self.path):
            file.flush()
            os.fsync(file.fileno())

    def mark_whole(self) -> None:
        """Note, durably, that the part is whole. The job may be called finished after this."""
        with told(self.path):
            size = None
            if not self._replace and self.path.exists():
                size = self.path.stat().st_size
            note = json.dumps({"job": self._job, "size": size})
            draft = self._note.with_suffix(".draft")
            with draft.open("w", encoding="utf-8") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._note)
            _fsync_folder(self.path.parent)

    def commit(self) -> None:
        """Put the whole part into the target: replace it, or append to it."""
        with told(self.path):
            self._put_in()
            describe(self.path, self._form)
        self._close()

    def is_there(self) -> bool:
        """Whether the target holds something, an empty file included."""
        return self.path.exists()

    def leave(self) -> None:
        """Leave target and part as they are: the job is unfinished."""
        self._close()

    def discard(self) -> None:
        """Leave the target as it is and remove the part: the run gave nothing."""
        self._close()
        self.part.unlink(missing_ok=True)

    def hand_on_left(self) -> None:
        """Hand on what a dead run left; of a local file nothing is."""

    def _check(self, form: str) -> None:
        if self.path.is_dir():
            raise FeedError(f"{self.path} is a folder: name a file in it")
        if not self._replace and form in NOT_APPENDABLE and self.path.exists():
            raise FeedError(
                f"{self.path} exists and a {form} file cannot be appended to: use -O to replace it"
            )
        folder = next(each for each in self.path.parents if each.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise FeedError(
                f"{self.path} cannot be written: name a file in a folder you may write to"
            )
        self._try_writing(folder)

    def _try_writing(self, folder: Path) -> None:
        """Try a file beside the part. What stands there is opened and left as it is."""
        try_writing(folder / f"{self.part.name}.probe")
        for mine in (self.part, None if self._replace else self.path):
            if mine is not None and mine.exists():
                mine.open("ab").close()

    def _locked_part(self) -> IO[bytes]:
        file = self.part.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise FeedError(
                f"another run is writing {self.path}: wait for it, or name another file"
            ) from None
        return file

    def _settle_note(self) -> None:
        """Finish or undo what a dead run began. A note without its part was carried out."""
        if not self._note.exists():
            return
        if self.part.exists():
            with self._locked_part():
                note = json.loads(self._note.read_text(encoding="utf-8"))
                if note["job"] is not None and note["job"] != self._job:
                    self._put_in()
                elif note["size"] is not None:
                    os.truncate(self.path, note["size"])
        self._note.unlink(missing_ok=True)

    def _put_in(self) -> None:
        """Carry out the note; doing it twice gives the same."""
        note = json.loads(self._note.read_text(encoding="utf-8"))
        if note["size"] is None:
            self.part.replace(self.path)
        else:
            with self.part.open("rb") as part, self.path.open("r+b") as target:
                target.truncate(note["size"])
                if target.seek(0, os.SEEK_END) and self._headed:
                    part.readline()
                shutil.copyfileobj(part, target, 1024 * 1024)
                target.flush()
                os.fsync(target.fileno())
            self.part.unlink()
        _fsync_folder(self.path.parent)
        self._note.unlink()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


def _local_path(uri: str) -> Path:
    """Return the file behind `uri`, links followed: a link must not be replaced by a file."""
    path = file_uri_to_path(uri) if uri.startswith("file:") else uri
    return Path(os.path.realpath(path))


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's refusal into the one sentence that a user is shown."""
    try:
        yield
    except OSError as error:
        raise FeedError(
            f"{path} cannot be written ({error.strerror}): make room or name another place, and "
            "run the command again"
        ) from error
