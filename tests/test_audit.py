"""`make audit` says that it could not ask: silence about a package is no good news."""

import json

import pytest

from tests import audit
from tests.supply_chain import LOCKS

GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
UNFIXED = {"name": "d", "version": "2", "vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.fixture
def pip_audit(tmp_path):
    """Make a program that answers as pip-audit does; gives where it lies."""

    def make(answer, *, status=0, error=""):
        program = tmp_path / "pip-audit"
        program.write_text(
            f"#!/bin/sh\ncat <<'X'\n{answer}\nX\necho '{error}' >&2\nexit {status}\n"
        )
        program.chmod(0o755)
        return program

    return make


def said(capsys):
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_no_known_hole_ends_well(pip_audit, capsys):
    assert audit.main(pip_audit(json.dumps({"dependencies": [GOOD]}))) == 0
    assert said(capsys) == f"audit: no hole is known of {len(LOCKS)} packages\n"


def test_a_hole_is_named_with_its_remedy(pip_audit, capsys):
    program = pip_audit(json.dumps({"dependencies": [GOOD, BAD, UNFIXED]}), status=1)
    assert audit.main(program) == 1
    assert said(capsys).splitlines()[:2] == [
        "b 2: PYSEC-1, mended in 3",
        "d 2: PYSEC-2, mended in no version yet",
    ]


def test_packages_that_no_database_knows_are_not_taken_for_good(pip_audit, capsys):
    assert audit.main(pip_audit(json.dumps({"dependencies": [GOOD, SKIPPED]}))) == 2
    assert said(capsys) == (
        "audit: 2 of 4 packages are in no database (c, …): "
        "run make audit where the network can be reached\n"
    )


def test_without_a_network_there_is_one_sentence(pip_audit, capsys):
    assert audit.main(pip_audit("", status=1, error="Could not connect to the feed")) == 2
    assert said(capsys) == (
        "audit: requirements.lock cannot be asked about (Could not connect to the feed): "
        "run make audit where the network can be reached\n"
    )


def test_a_tool_that_cannot_be_installed_is_one_sentence(tmp_path, monkeypatch, capsys):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'no package index' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(audit.sys, "executable", str(python))
    assert audit.main(tmp_path / "environment" / "bin" / "pip-audit") == 2
    assert said(capsys) == (
        "audit: pip-audit cannot be installed (no package index): "
        "run make audit where the network can be reached\n"
    )
