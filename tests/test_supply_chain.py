"""The readers of locks, licences and the bill tell what they should; R19 holds all against them."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.supply_chain import (
    LOCKS,
    TABLE,
    Locked,
    bill,
    imported_packages,
    licences,
    locked,
    reaches_over,
)


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


def test_the_table_of_licences_names_the_packages_of_the_lock_and_no_other():
    told = {line.partition("\t")[0] for line in TABLE.read_text("utf-8").splitlines()}
    made = {line.partition("\t")[0] for line in licences().splitlines()}
    assert told == made, "make licences"


def test_what_the_project_imports_is_known():
    assert {"scrapy", "google-re2", "prometheus-client"} <= imported_packages()


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
    assert reaches_over("a", licence) is reaches


def test_the_bill_of_materials_holds_each_package_with_version_hashes_and_licence():
    made = bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert len(made["components"]) == len(locked(LOCKS[0]))
    for each in made["components"]:
        assert each["version"]
        assert each["hashes"]
        assert each["purl"].startswith("pkg:")
