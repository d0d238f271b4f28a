"""The place where a local feed goes: a file that changes only when a job is finished, all at once.

While a run goes on, its items are in TARGET.part beside the target. At the end of a finished job
the part replaces the target (-O) or is appended to it (-o). A run that dies leaves the target as it
was, and the part is written anew by the run that resumes the job, which replays every item: so
nothing is doubled and nothing torn. A bucket (`s3://`) keeps to the same by `buckets`; every other
place (stdout, devices) stays Scrapy's.

The note TARGET.part.ready says that a part is whole, whose run it is, and where it is to stand. It
is durable before the job's ledger says "finished", and the target changes after that. A note that
a dead run left is therefore settled by the next run on the target: another run's part is put in
(that job was finished, or finds its items in their place when it goes on), its own is undone (it
replays every item). What was appended stays noted (`stretches`), since a run that is killed between
there and its end is given again: its items then take the place of their former selves. A file that
somebody changed meanwhile is never guessed at: a sentence says so before anything is fetched.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FileFeedStorage
from w3lib.url import file_uri_to_path

from crawler.feeds.alone import alone, is_file
from crawler.feeds.datapackage import describe
from crawler.feeds.settling import Settling
from crawler.machine import is_shortage, remedy_of
from crawler.run import remark
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


#: Options that say which items, and what of them, a feed takes.
_SELECTING = ("only", "fields", "item_classes", "item_filter")


class WholeFileStorage:
    """A local feed target that holds whole jobs only. Follows Scrapy's `FeedStorageProtocol`."""

    #: Whether opening waits for the moment in which another run puts its part in.
    waits_to_open = True

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        """Check that `uri` can be written. Raises FeedError in one sentence; leaves nothing."""
        options = feed_options or {}
        self.path = _local_path(uri)
        #: What a user is told of; a place that is no file says its address.
        self.target = str(self.path)
        self._form = str(options.get("format", ""))
        self.settling = Settling(self.path, headed=self._form in HEADED)
        self.part = self.settling.part
        self._lock = self.part.with_name(f"{self.part.name}.lock")
        self._replace = bool(options.get("overwrite", False))
        self._asked = _asked(options)
        self._run: str | None = None
        self._file: IO[bytes] | None = None
        with told(self.path):
            self._check()

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

    def begin(self, spider: Spider) -> None:
        """Settle what a dead run left. Raises FeedError where the target cannot be added to."""
        with told(self.path):
            self._take_name(spider)
            if self.settling.path.exists():
                with alone(self._lock, self.path, wait=True):
                    self._settle_left()
                    self._check_former()
            else:
                self._check_former()

    def open(self, spider: Spider) -> IO[bytes]:
        """Settle what a dead run left, then return the empty part, locked against other runs."""
        with told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with alone(self._lock, self.path, wait=self.waits_to_open):
                self._take_name(spider)  # another run may have come and died since `begin`
                self._settle_left()
                self._check_former()
                self._file = self._locked_part()
                self._file.truncate(0)
                self._file.seek(0)  # else exporters take a dead run's for their own beginning
        return self._file

    def store(self, file: IO[bytes]) -> None:
        """Make the part durable; the target changes at `commit`."""
        with told(self.path):
            file.flush()
            os.fsync(file.fileno())

    def mark_whole(self) -> None:
        """Note, durably, that the part is whole. The job may be called finished after this."""
        with told(self.path):
            self.settling.mark(self._run, appended=not self._replace)

    def commit(self) -> None:
        """Put the whole part into the target: replace it, or append to it."""
        with told(self.path), alone(self._lock, self.path, wait=True):
            self._commit()

    def end(self) -> None:
        """Forget the run, which came to its end: given again it is another, and adds again."""
        with told(self.path):
            self.settling.stretches.drop(self._run)

    def is_there(self) -> bool:
        """Whether the target holds something, an empty file included."""
        return self.path.exists()

    def waits(self) -> bool:
        """Whether some of it is still to come into its target."""
        return self.part.exists()

    def leave(self) -> None:
        """Leave target and part as they are: the job is unfinished."""
        self._close()

    def discard(self) -> None:
        """Leave the target as it is and remove the part: the run gave nothing.

        One that was never opened is another's.
        """
        if self._file is not None:
            self.part.unlink(missing_ok=True)
            self._close()

    def hand_on_left(self) -> None:
        """Hand on what a dead run left; of a local file nothing is."""

    def _take_name(self, spider: Spider) -> None:
        """Take the run's name; remark where the file that it added to is gone."""
        job = spider.crawler.stats.get_value(JOB_STAT)
        self._run = None if job is None else f"{job} {self._asked}"
        if self._is_removed():
            remark(
                spider.crawler,
                f"{self.path} was removed after a run had added to it: it begins anew",
            )

    def _commit(self) -> None:
        if not self.part.exists():
            raise FeedError(
                f"{self.part} was removed before its items were in {self.path}: run the command "
                "again, or make them anew by `scrapy reparse`"
            )
        self._put_in()
        self._close()

    def _check(self) -> None:
        if self.path.is_dir():
            raise FeedError(f"{self.path} is a folder: name a file in it")
        known = self.settling.path.exists() or self.settling.stretches.path.exists()
        if not known:  # else it may be of this very job, which `open` can tell
            self._check_appendable()
        folder = next(each for each in self.path.parents if each.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise FeedError(
                f"{self.path} cannot be written: name a file in a folder you may write to"
            )
        self._try_writing(folder)

    def _check_appendable(self) -> None:
        if not self._replace and self._form in NOT_APPENDABLE and self.path.exists():
            raise FeedError(
                f"{self.path} exists and a {self._form} file cannot be appended to: use -O to "
                "replace it"
            )

    def _check_former(self) -> None:
        """Raise FeedError where the items cannot be added to what the target holds."""
        if self._replace:
            return
        former = self.settling.former(self._run)
        if former is None or (former.start, former.stop) != (0, self.path.stat().st_size):
            self._check_appendable()

    def _try_writing(self, folder: Path) -> None:
        """Try a file beside the part. What stands there is opened and left as it is."""
        try_writing(folder / f"{self.part.name}.probe")
        for mine in (self.part, None if self._replace else self.path):
            if mine is not None and mine.exists():
                mine.open("ab").close()

    def _locked_part(self) -> IO[bytes]:
        while True:
            file = self.part.open("ab")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                raise FeedError(
                    f"another run is writing {self.path}: wait for it, or name another file"
                ) from None
            if is_file(self.part, file):
                return file
            file.close()  # its run has just discarded it

    def _is_removed(self) -> bool:
        """Whether there is no target any more, though this run or a dead one had added to it."""
        if self._replace or self.path.exists():
            return False
        note, known = self.settling.note(), self.settling.stretches
        return bool(note and note.size is not None) or (
            self._run is not None and known.of(self._run) is not None
        )

    def _settle_left(self) -> None:
        """Finish or undo what a dead run began."""
        note = self.settling.note()
        if note is None:
            return
        if not self.part.exists():  # carried out, but for what is noted of it
            self._put_in()
            return
        with self._locked_part():
            if note.run is None or note.run == self._run:
                self.settling.undo()
                self.settling.forget()
            else:
                self._put_in(left=True)

    def _put_in(self, *, left: bool = False) -> None:
        self.settling.put_in(left=left)
        if self.path.exists():
            describe(self.path, self._form)
        self.settling.forget()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()


def _local_path(uri: str) -> Path:
    """Return the file behind `uri`, links followed: a link must not be replaced by a file."""
    path = file_uri_to_path(uri) if uri.startswith("file:") else uri
    return Path(os.path.realpath(path))


def _asked(options: dict[str, Any]) -> str:
    """Return a name for what decides which of a job's items a feed holds."""
    told = [str(options.get(name) or "") for name in _SELECTING]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


_REMEDY = "make room or name another place, and run the command again"


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's refusal into the one sentence that a user is shown."""
    try:
        yield
    except OSError as error:
        remedy = remedy_of(error) if is_shortage(error) else _REMEDY
        raise FeedError(f"{path} cannot be written ({error.strerror}): {remedy}") from error
