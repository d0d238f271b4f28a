"""Set-up says in one sentence what is missing; it never leaves half of it unsaid."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests import browser
from tests.conftest import ROOT

NAMES = ("python3", "python3.11", "python3.12", "python3.13", "python3.14")


def set_up(folder, python):
    """Run the set-up on a machine whose every Python is the shell script `python`."""
    (folder / ".ci").mkdir()
    (folder / "bin").mkdir()
    shutil.copy(ROOT / ".ci" / "setup", folder / ".ci" / "setup")
    shutil.copy(ROOT / "requirements.lock", folder / "requirements.lock")
    for name in NAMES:
        script = folder / "bin" / name
        script.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
        script.chmod(0o755)
    path = f"{folder / 'bin'}:{os.defpath}"
    return subprocess.run(
        ["sh", str(folder / ".ci" / "setup")],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def one_line(done):
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def test_a_machine_without_a_new_python_is_told_which_and_how(tmp_path):
    line = one_line(set_up(tmp_path, "exit 1"))
    assert line.startswith("setup: Python 3.11 or newer is needed")
    assert "apt-get install" in line


def test_a_python_without_venv_is_told_how_to_get_it(tmp_path):
    python = 'case "$*" in -V) echo Python 3.11.2;; *ensurepip*) exit 1;; *) exit 0;; esac'
    line = one_line(set_up(tmp_path, python))
    assert line.startswith("setup: Python 3.11.2 lacks its venv module")
    assert "python3-venv" in line


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "browser_path", lambda: None)
    monkeypatch.setattr(browser, "_get", lambda: None)
    monkeypatch.setattr(browser.sys, "prefix", str(tmp_path))


@pytest.mark.parametrize(("in_ci", "code"), [("true", 1), ("", 0)])
def test_a_missing_browser_fails_in_ci_only(no_browser, monkeypatch, capsys, in_ci, code):
    monkeypatch.setenv("CI", in_ci)
    assert browser.main() == code
    assert "no browser could be had" in capsys.readouterr().err


def test_a_browser_is_sought_in_vain_once(no_browser, monkeypatch, capsys):
    monkeypatch.setenv("CI", "")
    browser.main()
    capsys.readouterr()
    assert browser.main() == 0
    assert capsys.readouterr().err == ""
