"""Faults of places, made for real and mended again: a context manager each.

A fault is given the place (`Target`) as it stands with a first feed in it. Within the context the
place must refuse; behind it, it must take what was kept. What this machine cannot do is a skip.
"""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from crawler.stores.engines import engine_of
from crawler.stores.migrating import newest, upgrade
from crawler.stores.writers import _LOCK


@dataclass
class Target:
    """A place under test: its address, and the folder of its own that its files lie in."""

    address: str
    folder: Path
    stub: object = None
    more: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)


@contextmanager
def disk(folder, size, owner=None):
    """A small disk of its own at `folder`."""
    if os.geteuid():
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts no tmpfs")
    if owner:
        user = pwd.getpwnam(owner)
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
        folder.rmdir()


def remount(folder, option):
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


@contextmanager
def full(target):
    """The disk has no room but for what is there; then it has."""
    used = sum(path.stat().st_blocks * 512 for path in target.folder.rglob("*") if path.is_file())
    remount(target.folder, f"size={(used >> 10) + 400}k")
    yield
    remount(target.folder, "size=200m")


@contextmanager
def read_only_disk(target):
    remount(target.folder, "ro")
    yield
    remount(target.folder, "rw")


@contextmanager
def older(target):
    """As a release before this one left it: the last step of the schema is still to come."""
    _set_version(target, "0003")
    yield
    upgrade(engine_of(target.address))


@contextmanager
def newer(target):
    _set_version(target, "9999")
    yield
    _set_version(target, newest())


def _set_version(target, version):
    with engine_of(target.address).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


#: A process that holds a file until its stdin ends.
_HOLDERS = {
    "sqlite": "import sqlite3; base = sqlite3.connect(sys.argv[1], isolation_level=None); "
    "base.execute('BEGIN IMMEDIATE')",
    "duckdb": "import duckdb; base = duckdb.connect(sys.argv[1])",
}


@contextmanager
def held(target):
    """Another process has the file."""
    kind, _, path = target.address.partition(":///")
    code = f"import sys; {_HOLDERS[kind]}; print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.stdin.close()


@contextmanager
def another_writer(target):
    """Another session has the writers' lock and does not end."""
    with psycopg.connect(target.address) as session:
        session.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        yield


@contextmanager
def overwritten(target):
    """The file is no database; then it is the one that it was."""
    path = Path(target.address.partition(":///")[2])
    there = path.read_bytes()
    path.write_bytes(b"somebody's notes\n" * 500)
    yield
    path.write_bytes(there)


@contextmanager
def _administrator(target, *statements):
    """Say something to the server from another database of it."""
    name = target.address.rpartition("/")[2]
    with psycopg.connect(target.more["server"], autocommit=True) as session:
        for statement in statements:
            session.execute(statement.format(name=f'"{name}"'))
        yield session


@contextmanager
def read_only_sessions(target):
    with _administrator(target, "ALTER DATABASE {name} SET default_transaction_read_only = on"):
        yield
    with _administrator(target, "ALTER DATABASE {name} RESET default_transaction_read_only"):
        pass


@contextmanager
def no_connection_left(target):
    name = f"limited{os.getpid()}"
    database = target.address.rpartition("/")[2]
    with _administrator(
        target,
        f"CREATE ROLE {name} LOGIN PASSWORD 'x' CONNECTION LIMIT 0",
        f"GRANT ALL ON DATABASE {{name}} TO {name}",
    ):
        good = target.address
        host = good.rpartition("@")[2].partition("/")[0]
        target.address = f"postgresql://{name}:x@{host}/{database}"
        yield
        target.address = good
    with _administrator(
        target, f"REVOKE ALL ON DATABASE {{name}} FROM {name}", f"DROP ROLE {name}"
    ):
        pass


@contextmanager
def wrong_password(target):
    good = target.address
    target.address = good.replace("not-a-secret", "guessed")
    yield
    target.address = good


@contextmanager
def missing(target):
    name = target.address.rpartition("/")[2]
    with _administrator(target, f'ALTER DATABASE {{name}} RENAME TO "away{name}"'):
        yield
    with _administrator(target, f'ALTER DATABASE "away{name}" RENAME TO {{name}}'):
        pass


@contextmanager
def down(target):
    """Nobody listens there."""
    good = target.address
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # held, and never listened on
        port = probe.getsockname()[1]
        there, _, tail = good.rpartition(":")
        _, slash, name = tail.partition("/")
        target.address = f"{there}:{port}{slash}{name}"
        yield
    target.address = good


@contextmanager
def a_file(target):
    """A file stands where the dataset's folder was."""
    folder = Path(target.address.partition(":")[2])
    folder.rename(folder.with_name("away"))
    folder.write_text("notes")
    yield
    folder.unlink()
    folder.with_name("away").rename(folder)


@contextmanager
def busy(target):
    target.stub.busy_requests = 10**6
    yield
    target.stub.busy_requests = 0


@contextmanager
def part_refused(target):
    target.stub.refused = {"c20": "disk usage exceeded flood-stage watermark"}
    target.stub.refusal = 403
    yield
    target.stub.refused = {}


@contextmanager
def other_key(target):
    target.stub.key = "Basic other"
    yield
    target.stub.key = None


@contextmanager
def unreachable(target):
    """The port of the storage is held, and nobody listens on it."""
    good = target.settings["S3_ENDPOINT_URL"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        target.settings["S3_ENDPOINT_URL"] = f"http://127.0.0.1:{probe.getsockname()[1]}"
        yield
    target.settings["S3_ENDPOINT_URL"] = good


@contextmanager
def _answering(target, fault):
    target.stub.faults["put"] = [fault] * 9
    yield
    target.stub.faults.clear()


def denied(target):
    return _answering(target, "denied")


def slow_down(target):
    return _answering(target, 503)


@contextmanager
def no_bucket(target):
    good, target.stub.bucket = target.stub.bucket, "another"
    yield
    target.stub.bucket = good
