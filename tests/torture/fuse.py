"""Steps of disk, ledger and store, each of which a process can be made to die at.

A step is a call of write, flush, fsync, cut, rename, link, unlink, mkdir, file creation and commit,
or a request to the store. `light` puts a `Fuse` into the calls of this process, for good.
"""

import errno
import os
import pathlib
import socket
import sqlite3

from botocore.client import BaseClient

from crawler.archive import ledger as ledgers

DISK = ("pwrite", "fsync", "ftruncate", "link", "unlink", "rename", "mkdir")
WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


class Fuse:
    """Counts steps; at the n-th it ends the process, before, half-way through or after the step."""

    def __init__(self, at, when):
        self.at, self.when, self.steps = at, when, []

    def wrap(self, name, call, half=None):
        def step(*args, **kwargs):
            self.steps.append((name(*args) if callable(name) else name, half is not None))
            if len(self.steps) != self.at:
                return call(*args, **kwargs)
            if self.when == "before":
                os._exit(9)
            try:
                (half if self.when == "half" and half else call)(*args, **kwargs)
            finally:
                os._exit(9)

        return step


class Connection(sqlite3.Connection):
    """A connection whose every statement that writes is a step."""

    fuse = None

    def execute(self, sql, *args):
        run = super().execute
        if sql.startswith(WRITES):
            return self.fuse.wrap(sql.partition(" ")[0], run)(sql, *args)
        return run(sql, *args)

    def executemany(self, sql, rows):
        return self.fuse.wrap("INSERT", super().executemany)(sql, list(rows))


class Stream:
    """A file being written whose flush is a step: what is written before lies in memory only."""

    def __init__(self, raw, fuse):
        self._raw, self._held = raw, b""
        self.flush = fuse.wrap("flush", raw.flush, self._half)

    def write(self, data):
        self._held += data
        return self._raw.write(data)

    def _half(self):
        os.write(self._raw.fileno(), self._held[: len(self._held) // 2])

    def __getattr__(self, name):
        return getattr(self._raw, name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._raw.__exit__(*error)


def light(fuse, world):
    """Put the fuse into the process's own calls of the operating system, SQLite and boto3."""
    write, create, link, opened = os.pwrite, os.open, os.link, pathlib.Path.open
    for name in DISK:
        setattr(os, name, fuse.wrap(name, getattr(os, name)))
    os.pwrite = fuse.wrap(
        "write", write, lambda fd, data, at: write(fd, data[: len(data) // 2], at)
    )
    made = fuse.wrap("create", create)
    os.open = lambda path, flags, *more, **told: (made if flags & os.O_CREAT else create)(
        path, flags, *more, **told
    )

    def other_file_system(source, target, **told):
        if pathlib.Path(source).parent.name == "spool":
            raise OSError(errno.EXDEV, "another file system")
        return link(source, target, **told)

    if world == "copied":
        os.link = fuse.wrap("link", other_file_system)

    def open_file(path, mode="r", *more, **told):
        if "w" not in mode:
            return opened(path, mode, *more, **told)
        return Stream(fuse.wrap("create", opened)(path, mode, *more, **told), fuse)

    pathlib.Path.open = open_file
    Connection.fuse = fuse
    connect = sqlite3.connect
    ledgers.sqlite3.connect = lambda *a, **k: connect(*a, **{**k, "factory": Connection})
    ask = BaseClient._make_api_call

    def ask_half(client, operation, told):
        """Send the head of a request and half of its body, or half of its head."""
        send = socket.socket.sendall

        def torn(connection, data, *flags):
            body = b"content-length: 0" not in data.lower() and b"content-length" in data.lower()
            if data[:4] in (b"PUT ", b"POST") and body:
                return send(connection, data, *flags)
            send(connection, data[: len(data) // 2], *flags)
            os._exit(9)

        socket.socket.sendall = torn
        ask(client, operation, told)

    BaseClient._make_api_call = fuse.wrap(lambda _, operation, __: operation, ask, ask_half)
