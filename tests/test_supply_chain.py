"""What is installed is what was looked at: pinned, hashed, of a known licence, with few rights."""

from __future__ import annotations

import ast
import re
from importlib import metadata

import pytest

from tests.conftest import ROOT
from tests.supply_chain import LOCKS, TABLE, Locked, bill, locked

#: Copyleft that would reach over to whoever imports it. LGPL and MPL do not.
_REACHES_OVER = re.compile(r"(?<![L])A?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
#: Packages that offer such a licence beside others.
_OF_CHOICE = {"tld", "text-unidecode"}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_with_its_hashes(path):
    packages = locked(path)
    assert len(packages) > 20
    assert [each.name for each in packages if not each.hashes] == []


def test_a_package_without_version_or_hash_is_seen(tmp_path):
    lock = tmp_path / "a.lock"
    lock.write_text("a==1 \\\n    --hash=sha256:" + "0" * 64 + "\nb==2\n")
    assert locked(lock) == [Locked("a", "1", ("0" * 64,)), Locked("b", "2", ())]
    lock.write_text("a>=1\n")
    with pytest.raises(ValueError, match="pins no version"):
        locked(lock)


def test_set_up_takes_nothing_that_is_not_pinned():
    setup = (ROOT / ".ci" / "setup").read_text("utf-8")
    assert setup.count("pip install") == setup.count("--no-deps --require-hashes") > 0


def rows():
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    return dict(line.split("\t") for line in lines)


def test_the_table_of_licences_names_every_locked_package():
    missing = {each.name.lower() for each in locked(LOCKS[0])} ^ rows().keys()
    assert missing == set(), "make licences"


def test_every_package_has_a_licence():
    assert [name for name, licence in rows().items() if not licence] == []


def imported_packages():
    """The packages that the project's own process imports, by their names in the lock."""
    names = set()
    for path in [*ROOT.glob("crawler/**/*.py"), *ROOT.glob("parsers/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    known = metadata.packages_distributions()
    return {package.lower() for name in names for package in known.get(name, ())}


def test_nothing_of_a_licence_that_reaches_over_is_imported():
    reaching = {name for name, licence in rows().items() if _REACHES_OVER.search(licence)}
    assert reaching <= _OF_CHOICE
    assert reaching & imported_packages() == set()


@pytest.mark.parametrize(
    ("licence", "reaches"),
    [
        ("AGPL-3.0-only", True),
        ("GPL-2.0-or-later", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("LGPL-3.0-only", False),
        ("MIT", False),
    ],
)
def test_a_licence_that_reaches_over_is_seen(licence, reaches):
    assert bool(_REACHES_OVER.search(licence)) is reaches


def test_the_bill_of_materials_holds_each_package_with_version_hashes_and_licence():
    made = bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(made["components"]) == len(locked(LOCKS[0]))
    for each in made["components"]:
        assert each["version"]
        assert each["hashes"]
        assert each["purl"].startswith("pkg:")


def test_the_image_runs_as_nobody_in_particular():
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    stages = re.split(r"(?m)^FROM ", text)[1:]
    ends = [stage for stage in stages if "ENTRYPOINT" in stage]
    assert ends
    for stage in ends:
        users = re.findall(r"(?m)^USER (\S+)", stage)
        assert users, stage[:60]
        assert users[-1] not in {"0", "root"}
    assert text.count("--require-hashes") == text.count("pip install") > 0
