"""`scrapy explore` as a user runs it: bad input gives one sentence with the remedy."""

import io
import os
import socket
import sqlite3
from contextlib import closing, redirect_stderr, redirect_stdout

import pytest
from scrapy.cmdline import execute

from crawler.explore.opening import store_file
from parsers.errors import StoreError
from tests.conftest import ROOT
from tests.explore.conftest import of_year


@pytest.fixture
def explore(monkeypatch, tmp_path):
    """Run the command in this process to its end; give its exit code and what it said."""
    monkeypatch.chdir(ROOT)

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        words = ["scrapy", "explore", *map(str, arguments), "--work", str(tmp_path / "work")]
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            execute(words)
        os.environ.clear()
        os.environ.update(before)
        return ended.value.code or 0, out.getvalue(), err.getvalue()

    return run


def not_a_store(folder):
    path = folder / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE reports (a)")
    return path


def text_file(folder):
    path = folder / "reports.jsonl"
    path.write_text("{}\n")
    return path


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (lambda folder: folder / "none.sqlite", "does not exist"),
        (lambda folder: folder, "is a folder"),
        (text_file, "is no SQLite file"),
        (not_a_store, "is SQLite and no store of reports"),
        (lambda _: "postgresql://me:secret@db.example/reports",
         "`scrapy store export postgresql://me:***@db.example/reports > items.jsonl"),
        (lambda folder: f"duckdb:///{folder}/a.duckdb", "explore items.sqlite"),
    ],
)  # fmt: skip
def test_what_is_no_store_is_told_in_one_sentence(explore, tmp_path, named, said):
    code, out, err = explore(named(tmp_path))
    assert code == 1
    assert out == ""
    assert err.count("\n") == 1
    assert said in err
    assert "secret" not in err
    assert not (tmp_path / "none.sqlite").exists()


def test_a_store_of_an_older_schema_names_the_upgrade(explore, store):
    path = store(of_year(2020, 1))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    code, _, err = explore(path)
    assert code == 1
    assert f"scrapy store upgrade sqlite:///{path}" in err


def test_a_taken_port_names_the_remedy(explore, store):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = explore(store(), "--port", taken.getsockname()[1])
    assert code == 1
    assert "name another by --port" in err


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_port_that_is_none_names_the_remedy(explore, store, port):
    code, _, err = explore(store(), f"--port={port}")
    assert code == 1
    assert "name another by --port" in err


def test_without_a_store_the_command_asks_for_one(explore):
    code, _, err = explore()
    assert code == 2
    assert "name one store" in err


def test_a_folder_that_cannot_keep_the_summary_is_told(store, explore, tmp_path):
    (tmp_path / "work").write_text("a file")
    code, _, err = explore(store(of_year(2020, 1)))
    assert code == 1
    assert "name another folder by --work" in err


def test_a_store_is_named_by_its_file_or_its_address(store):
    path = store(of_year(2020, 1))
    assert store_file(str(path)) == store_file(f"sqlite:///{path}") == path
    with pytest.raises(StoreError):
        store_file("sqlite:///")
