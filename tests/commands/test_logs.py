"""Where a command's log goes: as JSON, one event a line; and where it cannot be written."""

import json

import pytest

from tests.commands.conftest import Bench

PAGE = "http://127.0.0.1:9/"


def test_the_log_of_a_reparse_is_json_where_that_is_asked_for(bench, site):
    bench.run("capture", f"{site.url}index.html")
    (bench.folder / "log.txt").unlink()
    done = bench.run("reparse", bench.archive, LOG_JSON="1")
    assert (done.returncode, done.stderr) == (0, "")
    log = (bench.folder / "log.txt").read_text("utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    assert any("captures read" in each["message"] for each in events)


@pytest.mark.parametrize("command", ["capture", "reparse"])
def test_a_log_whose_folder_is_not_there_is_told_in_a_sentence(tmp_path, command):
    bench = Bench(tmp_path / "missing")
    done = bench.run(command, PAGE if command == "capture" else tmp_path, LOG_JSON="1")
    log = tmp_path / "missing" / "log.txt"
    assert done.returncode
    assert done.stderr == (
        f"scrapy: the log {log} cannot be written (No such file or directory): make its folder, or "
        "name a file in a folder you may write to (LOG_FILE)\n"
    )
    assert not log.parent.exists()
