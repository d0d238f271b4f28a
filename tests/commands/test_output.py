"""Output that has no room, and a machine that refuses: one sentence, which names what is wrong."""

import argparse
import errno
import os
import subprocess
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.utils.project import get_project_settings

from crawler.feeds.exporters import json_line
from crawler.registry import Registry
from crawler.stores.loading import load
from tests.conftest import ROOT, a_report

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, as Linux has it")
def test_an_output_without_room_is_not_the_stores_fault(bench):
    feed, store = bench.folder / "feed.jsonl", f"sqlite:///{bench.folder}/s.sqlite"
    feed.write_bytes(b"".join(json_line(a_report(number)) for number in range(9)))
    load(store, feed)
    with FULL.open("wb") as full:
        done = subprocess.run(
            bench.arguments("store", "export", store),
            cwd=ROOT, env=bench.environment(), stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "scrapy: the output cannot be written (No space left on device): free space or write it "
        "elsewhere, and run the same command again\n"
    )


@pytest.mark.parametrize("name", ["due", "enqueue", "status"])
def test_a_machine_without_descriptors_is_told_in_a_sentence(name, monkeypatch, capsys):
    def refuse(_):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), "portals")

    monkeypatch.setattr(Registry, "from_settings", refuse)
    command = import_module(f"crawler.commands.{name}").Command()
    command.settings = get_project_settings()
    parser = argparse.ArgumentParser()
    with patch.object(ScrapyCommand, "add_options"):
        command.add_options(parser)
    command.run([], parser.parse_args(["--all"]))
    assert command.exitcode
    assert capsys.readouterr().err == (
        "scrapy: portals: Too many open files; raise the limit of open files (ulimit -n) and run "
        "the same command again\n"
    )
