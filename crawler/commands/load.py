"""`scrapy load PLACE FILE...`: put feeds of JSON lines into a store, a dataset or a service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.misc import load_object

from crawler.commands import counted, machine_told, tell
from crawler.feeds.buckets import BucketFile
from crawler.feeds.keeping import held, waiting
from crawler.registry import Registry
from crawler.stores.addresses import is_store, shown, takes_items
from crawler.stores.feed import portal_rows
from parsers.errors import DisclosureError, StoreError

if TYPE_CHECKING:
    import argparse

    from crawler.stores.rows import Row


class Command(ScrapyCommand):
    """Load feeds; the same one twice changes nothing."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return the arguments of the command."""
        return "[<place> <file.jsonl> ...]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Load JSON lines into a store: sqlite, duckdb or postgresql"

    def long_desc(self) -> str:
        """Say what the command does, with an example."""
        return (
            "Load feeds of JSON lines into a store (sqlite:///FILE, duckdb:///FILE, "
            "postgresql://user@host/database). Loading a feed twice changes nothing; a load that "
            "was killed is done again by the same command. Example: "
            "scrapy load sqlite:///reports.sqlite reports.jsonl. A file for s3://bucket/key is "
            "uploaded as it is. Without arguments: what runs have left for places that could not "
            "take it, each with its command; what is loaded so is removed from there"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 (Scrapy's)
        """Load file after file; one sentence and exit 1 where one cannot be loaded."""
        assert self.settings is not None  # noqa: S101 (Scrapy sets it before it calls run)
        place, *files = args or [""]
        if not args:
            self._tell_waiting()
            return
        if not files:
            raise UsageError
        try:
            with machine_told():
                self._load_all(place, [Path(file) for file in files])
        except DisclosureError as error:
            tell([str(error)])
            self.exitcode = 1

    def _load_all(self, place: str, files: list[Path]) -> None:
        """Put files into their place, one after the other. Raises DisclosureError, OSError."""
        assert self.settings is not None  # noqa: S101 (as above)
        portals = portal_rows(Registry.from_settings(self.settings))
        for file in files:
            if not file.is_file():
                raise StoreError(f"{file} is no file: name a feed of JSON lines")
            with held(file, place):
                self._load(place, file, portals, len(files))

    def _load(self, place: str, file: Path, portals: dict[str, Row], files: int) -> None:
        """Put one of so many files into its place. Raises DisclosureError."""
        # Scrapy imports every command at each start: see `crawler.stores.addresses`.
        from crawler.stores.loading import load  # noqa: PLC0415

        if place.startswith("s3://"):
            self._upload(place, file, files)
        elif takes_items(place) and not is_store(place):
            self._hand_on(place, file)
        else:
            done = load(place, file, portals)
            tell([f"{file}: {counted(done.items, 'item')}, {done.added} new or changed"])

    def _tell_waiting(self) -> None:
        """Name what runs left for places that could not take it; exit 1 where there is some."""
        assert self.settings is not None  # noqa: S101 (as above)
        found = waiting(Path(self.settings["LOADS"]))
        tell(found or ["nothing waits for its place"])
        self.exitcode = 1 if found else 0

    def _hand_on(self, place: str, file: Path) -> None:
        """Give a feed to a place that is no store. Raises DisclosureError."""
        assert self.settings is not None  # noqa: S101 (as above)
        kinds = self.settings.getwithbase("FEED_STORAGES")
        storage = load_object(kinds[place.partition(":")[0]])
        storage(place, folder=Path(self.settings["LOADS"])).take(file)
        tell([f"{file}: all its items are in {shown(place)}"])

    def _upload(self, place: str, file: Path, files: int) -> None:
        """Put a file of any format in the place of an object. Raises DisclosureError."""
        if files > 1:
            raise StoreError(f"{shown(place)} is one object: name one file")
        assert self.settings is not None  # noqa: S101 (as above)
        BucketFile(place, self.settings).take(file)
        tell([f"{file}: is in {shown(place)}"])
