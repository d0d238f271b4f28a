"""What a command that begins a run is given wrong, or lacks: one sentence with the remedy.

It is on stderr and, of a run that has one, in the JSON line; where the log is JSON, in an event of
it, and nothing else is written where that goes. `explore` has no log.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sqlite3
from contextlib import closing

import pytest

from tests.jobs.runs import scrapy

#: Where each command begins its task, and a whole command.
BEGINS = "crawler.commands:ArchivedRun._create_crawler"
COMMANDS = {
    "capture": (BEGINS, ("http://127.0.0.1:9/",)),
    "crawl": (BEGINS, ("sections", "-a", "url=http://127.0.0.1:9/")),
    "sniff": (BEGINS, ("http://127.0.0.1:9/",)),
    "explore": ("crawler.explore.serving:explore", ("{folder}/store.sqlite",)),
}
#: What a crawl does within Scrapy before its first request.
STARTS = (
    "crawler.archive.extension:KeepArchive.__init__",
    "crawler.feeds.storages:WholeFileStorage._check",
)
WRONG = {
    "capture": (("www.a.gov.cn",), "www.a.gov.cn is no web address: it must begin with http://"),
    "crawl": (("sections", "-a", "portal=ziyan"), "no portal 'ziyan' in the registry (nearest: zi"),
    "sniff": (("www.a.gov.cn",), "'www.a.gov.cn' is no http(s) address: give one as in -a url="),
    "explore": (("{folder}/none.sqlite",), "none.sqlite does not exist: a crawl or a re-parse wri"),
}
LIMIT = "Too many open files; raise the limit of open files (ulimit -n) and run the same command"


def without_descriptors(place):
    """Let a run have no descriptor left when it comes to a function (planted in the fork)."""
    module, _, path = place.partition(":")
    holder = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        holder = getattr(holder, each)
    whole = getattr(holder, name)

    def begun(*arguments, **named):
        free = os.open(os.devnull, os.O_RDONLY)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))
        return whole(*arguments, **named)

    setattr(holder, name, begun)


def told(folder, name, arguments, plant=None, **environment):
    """Run a command that fails; return its code and the sentences that it tells, by where."""
    more = ("--work", str(folder / "work")) if name == "explore" else ()
    given = [each.format(folder=folder) for each in arguments]
    code, lines, said = scrapy(folder, name, *given, *more, plant=plant, **environment)
    log = folder / "log.txt"
    events = []
    if environment and log.exists():
        events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return code, {
        "line": [one for line in lines for one in line["said"]],
        "stderr": said.splitlines(),
        "log": [each["message"] for each in events if each["logger"] == "crawler.commands"],
    }


def told_at(name, *, as_json):
    """Return where a command tells what went wrong."""
    line = {"line"} if name in ("capture", "crawl") else set()
    return line | ({"log"} if as_json and name != "explore" else {"stderr"})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_without_a_descriptor_left_says_so_once(tmp_path, name):
    begins, arguments = COMMANDS[name]
    with closing(sqlite3.connect(tmp_path / "store.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE reports (a)")
    code, said = told(tmp_path, name, arguments, [__name__, "without_descriptors", begins])
    assert code == 1
    assert {where for where, sentences in said.items() if sentences} == told_at(name, as_json=False)
    for (sentence,) in filter(None, said.values()):
        assert sentence.endswith(f"{LIMIT} again")


@pytest.mark.parametrize("place", STARTS)
def test_a_crawl_that_meets_the_limit_while_it_starts_tells_the_same_remedy(tmp_path, place):
    """Its archive or its feed told another place or a right, which would not help."""
    arguments = ("http://127.0.0.1:9/", "-o", str(tmp_path / "items.jsonl"))
    code, said = told(tmp_path, "capture", arguments, [__name__, "without_descriptors", place])
    assert code == 1
    for (sentence,) in (said["line"], said["stderr"]):
        assert sentence.endswith(f"{LIMIT} again")


@pytest.mark.parametrize("name", WRONG)
def test_what_a_command_is_given_wrong_is_told_once_in_json_where_that_is_asked_for(tmp_path, name):
    arguments, wanted = WRONG[name]
    code, said = told(tmp_path, name, arguments, LOG_JSON="1")
    assert code == (1 if name == "explore" else 2)
    assert {where for where, sentences in said.items() if sentences} == told_at(name, as_json=True)
    for (sentence,) in filter(None, said.values()):
        assert wanted in sentence
