"""R19: what is installed is what was looked at: pinned, hashed, of a known licence, few rights.

A trial is a package of a lock, an image, a service of Compose, a pod of Kubernetes or a unit of
systemd. A package has its version and hashes, its licence in the table, its component in the bill
of materials, is installed in no other version, and is not imported where its licence reaches over
to who imports it. Whatever runs does so without rights. Files alone are read; nothing is asked of a
network (`make audit` does that).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.deploy.files import DEPLOY, MANIFESTS, UNITS, documents, pods
from tests.supply_chain import (
    LOCKS,
    TABLE,
    bill,
    canonical,
    imported_packages,
    installed_version,
    locked,
    reaches_over,
)
from tests.torture.registry import Check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.supply_chain import Locked
    from tests.torture.registry import Trial

_OURS = "disclosure-archive"
#: What systemd must take away of a service.
_UNIT = (
    "NoNewPrivileges=yes", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectSystem=strict",
    "ProtectHome=yes", "CapabilityBoundingSet=",
)  # fmt: skip


def _rows() -> dict[str, str]:
    lines = TABLE.read_text("utf-8").splitlines()[1:]
    return dict(line.split("\t") for line in lines)


def _pods() -> dict[str, dict[str, Any]]:
    found = {}
    for path in MANIFESTS:
        for each in documents(path):
            found |= {f"{path.name} {each['metadata']['name']}": pod for pod in pods(each)}
    return found


@dataclass
class Stock:
    """What there is to be looked at, so that a fault can be planted in it."""

    locks: dict[str, list[Locked]] = field(
        default_factory=lambda: {path.name: locked(path) for path in LOCKS}
    )
    licences: dict[str, str] = field(default_factory=_rows)
    bill: dict[str, Any] = field(default_factory=bill)
    imported: frozenset[str] = field(default_factory=imported_packages)
    dockerfile: str = field(default_factory=lambda: (DEPLOY / "Dockerfile").read_text("utf-8"))
    services: dict[str, Any] = field(
        default_factory=lambda: documents(DEPLOY / "compose.yaml")[0]["services"]
    )
    pods: dict[str, dict[str, Any]] = field(default_factory=_pods)
    units: dict[str, str] = field(
        default_factory=lambda: {
            path.name: path.read_text("utf-8") for path in UNITS if path.suffix == ".service"
        }
    )


def run(trial: Trial) -> Iterator[str | None]:
    """Look at each; a trial is a package or something that runs."""
    stock = Stock()
    if trial.fault:
        FAULTS[trial.fault](stock)
    trials = [*_packages(stock), *_images(stock), *_services(stock), *_pods_of(stock)]
    trials += _units(stock)
    trial.whole = len(trials)
    trial.notes.append(
        f"{sum(map(len, stock.locks.values()))} packages, {len(stock.services)} services, "
        f"{len(stock.pods)} pods, {len(stock.units)} units"
    )
    for name, wrong in trials:
        yield f"{name}: {'; '.join(wrong)}" if wrong else None


def _packages(stock: Stock) -> Iterator[tuple[str, list[str]]]:
    own, *others = stock.locks.values()
    listed = {(each["name"], each["version"]): each for each in stock.bill["components"]}
    versions: dict[str, set[str]] = {}
    for each in own:
        versions.setdefault(each.name, set()).add(each.version)
    for each in own:
        licence = stock.licences.get(each.name.lower(), "")
        known = installed_version(each.name)
        wrong = {
            "it has no hash": not each.hashes,
            "no licence is told (make licences)": not licence,
            f"it is under {licence} and imported": reaches_over(each.name, licence)
            and canonical(each.name) in stock.imported,
            f"{known} is installed": known is not None and known not in versions[each.name],
            "the bill does not name it": (each.name, each.version) not in listed,
        }
        yield f"{each.name} {each.version}", [told for told, is_so in wrong.items() if is_so]
    for each in (each for packages in others for each in packages):
        yield f"{each.name} {each.version}", [] if each.hashes else ["it has no hash"]


def _images(stock: Stock) -> Iterator[tuple[str, list[str]]]:
    stages = re.split(r"(?m)^FROM ", stock.dockerfile)[1:]
    names = {stage.split()[2] for stage in stages}
    for stage in stages:
        base, name = stage.split()[0], stage.split()[2]
        users = re.findall(r"(?m)^USER (\S+)", stage)
        wrong = {
            "its base has no digest": base not in names
            and not re.search("@sha256:[0-9a-f]{64}$", base),
            "it runs as root": "ENTRYPOINT" in stage and users[-1:] in ([], ["0"], ["root"]),
            "it takes packages without hashes": stage.count("pip install")
            != stage.count("--require-hashes"),
        }
        yield f"image {name}", [told for told, is_so in wrong.items() if is_so]


def _services(stock: Stock) -> Iterator[tuple[str, list[str]]]:
    for name, service in stock.services.items():
        image = service["image"]
        open_ports = [str(port) for port in service.get("ports", ())]
        wrong = {
            "its image has no digest": not image.startswith(_OURS) and "@sha256:" not in image,
            "it may gain rights": "no-new-privileges:true" not in service.get("security_opt", ()),
            "its memory has no limit": not service.get("mem_limit"),
            "others may reach it": any(not one.startswith("127.0.0.1:") for one in open_ports),
        }
        yield f"service {name}", [told for told, is_so in wrong.items() if is_so]


def _pods_of(stock: Stock) -> Iterator[tuple[str, list[str]]]:
    for name, pod in stock.pods.items():
        yield f"pod {name}", rights_of(pod)


def rights_of(pod: dict[str, Any]) -> list[str]:
    """Return the rights that a pod of Kubernetes has and needs not, and the limits it lacks."""
    own = pod.get("securityContext", {})
    wrong = {
        "it knows the cluster's token": pod.get("automountServiceAccountToken") is not False,
        "it may run as root": own.get("runAsNonRoot") is not True,
        "no filter of system calls": own.get("seccompProfile") != {"type": "RuntimeDefault"},
    }
    found = [told for told, is_so in wrong.items() if is_so]
    for container in pod["containers"]:
        given = container.get("securityContext", {})
        limits = container.get("resources", {}).get("limits", {})
        wrong = {
            "it may gain rights": given.get("allowPrivilegeEscalation") is not False,
            "its root may be written": given.get("readOnlyRootFilesystem") is not True,
            "it keeps capabilities": given.get("capabilities") != {"drop": ["ALL"]},
            "it lacks limits": not {"cpu", "memory", "ephemeral-storage"} <= limits.keys(),
        }
        found += [f"{container['name']}: {told}" for told, is_so in wrong.items() if is_so]
    return found


def _units(stock: Stock) -> Iterator[tuple[str, list[str]]]:
    for name, text in stock.units.items():
        lines = text.splitlines()
        user = next((line for line in lines if line.startswith("User=")), "User=root")
        wrong = [f"it lacks {each}" for each in _UNIT if each not in lines]
        yield f"unit {name}", [*wrong, *(["it runs as root"] if user == "User=root" else [])]


# --- what is planted ---


def _no_hash(stock: Stock) -> None:
    packages = next(iter(stock.locks.values()))
    packages[0] = type(packages[0])(packages[0].name, packages[0].version, ())


def _copyleft(stock: Stock) -> None:
    stock.licences["scrapy"] = "AGPL-3.0-only"


def _other_version(stock: Stock) -> None:
    packages = next(iter(stock.locks.values()))
    at = next(n for n, each in enumerate(packages) if each.name.lower() == "scrapy")
    packages[at] = type(packages[at])(packages[at].name, "2.11", packages[at].hashes)


def _root(stock: Stock) -> None:
    stock.dockerfile = stock.dockerfile.replace("USER 10001", "USER root")


def _privileged(stock: Stock) -> None:
    pod = next(iter(stock.pods.values()))
    pod["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True


FAULTS: dict[str, Callable[[Stock], None]] = {
    "no-hash": _no_hash,
    "copyleft": _copyleft,
    "no-licence": lambda stock: stock.licences.pop("scrapy") and None,
    "not-in-the-bill": lambda stock: stock.bill["components"].pop() and None,
    "other-version": _other_version,
    "root": _root,
    "privileged": _privileged,
    "open-port": lambda stock: stock.services["explore"].update(ports=["8001:8001"]),
    "rights-of-a-unit": lambda stock: stock.units.update({"a.service": "[Service]\n"}),
}

CHECK = Check(
    name="R19 supply chain",
    claim="every package is pinned, hashed, licensed and in the bill; whatever runs has few rights",
    goal=None,
    sample=10_000,  # reading files takes no time: every one
    run=run,
    faults=tuple(FAULTS),
)
