"""What the project is made of: each locked package, its version, hashes and licence.

`python -m tests.supply_chain licences` writes deploy/licences.tsv, `sbom` a bill of materials
(CycloneDX 1.6, JSON) to standard output. Both are read from requirements.lock and from what is
installed beside it; nothing is asked of a network.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "requirements.lock", ROOT / ".ci" / "checkers.lock")
TABLE = ROOT / "deploy" / "licences.tsv"
#: Packages of other systems, which are locked and not installed here; from their own metadata.
_ELSEWHERE = {
    "brotlicffi": "MIT", "colorama": "BSD-3-Clause", "pypydispatcher": "BSD-3-Clause",
    "tzdata": "Apache-2.0", "pywin32": "PSF-2.0",
}  # fmt: skip
#: Copyleft that would reach over to whoever imports it. LGPL and MPL do not.
_REACHES_OVER = re.compile(r"(?<![L])A?GPL|GNU (?:Affero )?General Public", re.IGNORECASE)
#: Packages that offer such a licence beside others.
_OF_CHOICE = {"tld", "text-unidecode"}


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of a lock file: its version, its hashes (sha256, hex)."""

    name: str
    version: str
    hashes: tuple[str, ...]


def locked(path: Path) -> list[Locked]:
    """Return what a lock file pins, in its order. Raises ValueError where it pins none."""
    found = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", path.read_text("utf-8").strip()):
        pinned = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", block)
        if pinned is None:
            raise ValueError(f"{path.name} pins no version: {block[:80]!r}")
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
        found.append(Locked(pinned[1], pinned[2], hashes))
    return found


def licence_of(name: str) -> str:
    """Return the licence that a package's metadata names; "" where it is not installed."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return _ELSEWHERE.get(name.lower(), "")
    classified = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier", [])
        if each.startswith("License ::") and not each.endswith("OSI Approved")
    ]
    lines = (told.get("License") or "").strip().splitlines()
    short = lines[0][:60] if lines and len(lines[0]) <= 60 else ""
    return told.get("License-Expression") or "; ".join(classified) or short or "named nowhere"


def reaches_over(name: str, licence: str) -> bool:
    """Whether a package is under a licence that reaches over to who imports it, and no other."""
    return name.lower() not in _OF_CHOICE and bool(_REACHES_OVER.search(licence))


def canonical(name: str) -> str:
    """Return a package's name as every spelling of it is compared (PEP 503).

    >>> canonical("Prometheus_client")
    'prometheus-client'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def imported_packages() -> frozenset[str]:
    """Return the canonical names of the packages that the project's own process imports."""
    names = set()
    for path in [*ROOT.glob("crawler/**/*.py"), *ROOT.glob("parsers/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    known = metadata.packages_distributions()
    return frozenset(canonical(package) for name in names for package in known.get(name, ()))


def installed_version(name: str) -> str | None:
    """Return the version of a package that is installed, None where none is."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def licences() -> str:
    """Return the table of licences: a line a package of the project's own lock."""
    rows = sorted((each.name.lower(), licence_of(each.name)) for each in locked(LOCKS[0]))
    return "package\tlicence\n" + "".join(f"{name}\t{licence}\n" for name, licence in rows)


def bill() -> dict[str, object]:
    """Return the bill of materials of what requirements.lock installs."""
    components = [
        {
            "type": "library",
            "name": each.name,
            "version": each.version,
            "purl": f"pkg:pypi/{each.name.lower()}@{each.version}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in each.hashes],
            "licenses": [{"license": {"name": licence_of(each.name) or "not installed here"}}],
        }
        for each in locked(LOCKS[0])
    ]
    own = {"type": "application", "name": "disclosure-archive"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": components,
    }


def main() -> None:
    """Write the one that is asked for."""
    if sys.argv[1:] == ["licences"]:
        TABLE.write_text(licences(), "utf-8")
    elif sys.argv[1:] == ["sbom"]:
        print(json.dumps(bill(), indent=1))
    else:
        sys.exit("usage: python -m tests.supply_chain licences|sbom")


if __name__ == "__main__":
    main()
