"""The files of deploy/: what they start, as words of a command line, each with where it stands."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from typing import TYPE_CHECKING

import yaml

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPLOY = ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
UNITS = sorted((DEPLOY / "systemd").iterdir())
#: The image's own entry point, as the Dockerfile has it.
ENTRY = ["scrapy"]


def documents(path) -> list[dict]:
    """Return the documents of a YAML file."""
    return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]


def containers(document: dict) -> Iterator[dict]:
    """Yield the containers of a Kubernetes object, wherever its pod template lies."""
    if isinstance(document, dict):
        yield from document.get("containers", ())
        for value in document.values():
            yield from containers(value)
    elif isinstance(document, list):
        for value in document:
            yield from containers(value)


def pods(document: object) -> Iterator[dict]:
    """Yield the pod specs of a Kubernetes object."""
    if isinstance(document, dict):
        if "containers" in document:
            yield document
        for value in document.values():
            yield from pods(value)
    elif isinstance(document, list):
        for value in document:
            yield from pods(value)


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, each with what follows; comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    text = re.sub(r"\\\n", " ", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def commands() -> Iterator[tuple[str, list[str]]]:
    """Yield every command line of deploy/ with the file that holds it."""
    yield from _of_the_images()
    for name, service in documents(DEPLOY / "compose.yaml")[0]["services"].items():
        if "command" in service:
            entry = ENTRY if service["image"] == "disclosure-archive" else [name]
            yield f"compose.yaml {name}", [*entry, *service["command"]]
    for path in MANIFESTS:
        for each in containers(documents(path)):
            yield path.name, [*each.get("command", ENTRY), *each.get("args", ())]
    for path in UNITS:
        if path.suffix == ".service":
            yield from _of_the_unit(path)


def _of_the_images() -> Iterator[tuple[str, list[str]]]:
    entry: list[str] = []
    for word, rest in instructions((DEPLOY / "Dockerfile").read_text(encoding="utf-8")):
        if word == "ENTRYPOINT":
            entry = json.loads(rest)
        elif word == "CMD":
            yield "Dockerfile", [*entry, *json.loads(rest)]


def _of_the_unit(path) -> Iterator[tuple[str, list[str]]]:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(path.read_text(encoding="utf-8"))
    for key, line in unit["Service"].items():
        if key.startswith("Exec"):
            yield path.name, shlex.split(line.replace("%%", "%"))
