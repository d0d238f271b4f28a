"""Targets of feeds, and runs that write to them and die, a storage alone."""

from __future__ import annotations

from types import SimpleNamespace

from crawler.feeds.storages import JOB_STAT, WholeFileStorage

APPEND = {"format": "jsonl", "overwrite": False}
REPLACE = {"format": "jsonl", "overwrite": True}


def spider_of(job):
    stats = SimpleNamespace(get_value={JOB_STAT: job}.get, set_value=lambda *_: None)
    return SimpleNamespace(crawler=SimpleNamespace(stats=stats))


def names(folder):
    """The files of a folder, without those that describe another or say who added to it."""
    found = sorted(path.name for path in folder.iterdir())
    return [name for name in found if not name.endswith((".datapackage.json", ".runs"))]


def written(target, content, job, options):
    """A storage whose run wrote `content` and died before its end."""
    storage = WholeFileStorage(str(target), feed_options=options)
    file = storage.open(spider_of(job))
    file.write(content)
    storage.store(file)
    return storage


def die(storage):
    storage.leave()
