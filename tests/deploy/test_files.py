"""Each file of deploy/ is held against the rules of what reads it, by a tool that runs offline."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib

import pytest

from crawler.jobs import metrics
from crawler.jobs.outcomes import OUTCOMES
from tests.conftest import ROOT
from tests.deploy.files import DEPLOY, MANIFESTS, UNITS, documents, instructions, pods
from tests.torture.r19_supply_chain import rights_of

CHECKERS = ROOT / ".venv" / "checkers" / "bin"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
OURS = "disclosure-archive"


@pytest.fixture
def checker():
    """Return what runs a checker; in CI one that is missing is a failure."""

    def run(name, *arguments):
        program = shutil.which(name, path=f"{CHECKERS}{os.pathsep}{os.environ.get('PATH', '')}")
        if program is None and os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not installed, and CI must not go without it")
        if program is None:
            pytest.skip(f"needs {name}: make checkers")
        words = [program, *map(str, arguments)]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)

    return run


def passes(done):
    assert done.returncode == 0, done.stdout + done.stderr


def refused(done, said):
    assert done.returncode != 0
    assert said in done.stdout + done.stderr


# --- Dockerfile ---


def test_the_dockerfile_passes_hadolint(checker):
    passes(checker("hadolint", DEPLOY / "Dockerfile"))


def test_hadolint_finds_a_planted_fault(checker, tmp_path):
    bad = tmp_path / "Dockerfile"
    bad.write_text(re.sub(r"@sha256:\w+", "", DOCKERFILE).replace(":3.11-slim-bookworm", ":latest"))
    refused(checker("hadolint", bad), "DL3007")


def test_every_base_is_pinned_by_digest_or_a_stage_of_ours():
    stages = [rest.split() for word, rest in instructions(DOCKERFILE) if word == "FROM"]
    own = {words[2] for words in stages}
    for words in stages:
        assert words[0] in own or re.search(r"@sha256:[0-9a-f]{64}$", words[0]), words


def test_both_images_run_as_a_user_who_is_not_root():
    said = instructions(DOCKERFILE)
    stage, users = "", {}
    for word, rest in said:
        if word == "FROM":
            stage = rest.split()[2]
        elif word == "USER":
            users[stage] = rest
    assert users == {"pywb": "10001", "crawler": "10001"}
    assert stage == "crawler"  # the last one is what a build gives


def test_what_the_dockerfile_copies_is_there_and_passes_its_ignore_file():
    kept = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!") for line in kept if line.startswith("!")}
    copied = [rest.split() for word, rest in instructions(DOCKERFILE) if word == "COPY"]
    sources = {
        name for words in copied if not words[0].startswith("--from") for name in words[:-1]
        if not name.startswith("--")
    }  # fmt: skip
    assert sources == kept
    assert all((ROOT / name).exists() for name in sources)


def test_the_image_holds_what_its_commands_import():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["queue"]]
    names = [re.split(r"[<>=\[ ]", each)[0].lower().replace(".", "-") for each in wanted]
    assert [name for name in names if f"\n{name}==" not in f"\n{lock}"] == []


# --- Compose ---


def test_the_compose_file_follows_its_schema(checker):
    passes(checker("check-jsonschema", "--builtin-schema", "vendor.compose-spec",
                   DEPLOY / "compose.yaml"))  # fmt: skip


def test_the_schema_finds_a_planted_fault(checker, tmp_path):
    bad = tmp_path / "compose.yaml"
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    bad.write_text(text.replace("stop_grace_period", "stop_grace_periode"), encoding="utf-8")
    done = checker("check-jsonschema", "--builtin-schema", "vendor.compose-spec", bad)
    refused(done, "stop_grace_periode")


SERVICES = documents(DEPLOY / "compose.yaml")[0]["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_bounded_and_open_to_this_machine_alone(name):
    service = SERVICES[name]
    assert service["image"].startswith(OURS) or "@sha256:" in service["image"]
    assert service["mem_limit"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_the_compose_file_names_what_the_issue_asks_for():
    assert set(SERVICES) == {"worker", "database", "store", "explore", "pywb"}


# --- Kubernetes ---


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_is_valid(checker, path):
    passes(checker("kubernetes-validate", "--strict", path))


@pytest.mark.parametrize(
    ("right", "wrong"), [("podFailurePolicy", "podFailPolicy"), ("limits:", "limit:")]
)
def test_the_validator_finds_a_planted_fault(checker, tmp_path, right, wrong):
    bad = tmp_path / "bad.yaml"
    text = (DEPLOY / "kubernetes" / "nightly.yaml").read_text(encoding="utf-8")
    bad.write_text(text.replace(right, wrong), encoding="utf-8")
    assert checker("kubernetes-validate", "--strict", bad).returncode != 0


OBJECTS = [each for path in MANIFESTS for each in documents(path)]
PODS = [(each["metadata"]["name"], pod) for each in OBJECTS for pod in pods(each)]


@pytest.mark.parametrize(("name", "pod"), PODS, ids=[name for name, _ in PODS])
def test_a_pod_has_the_least_privilege_and_limits(name, pod):
    assert rights_of(pod) == []


def test_secrets_are_named_and_never_written():
    assert [each for each in OBJECTS if each["kind"] == "Secret"] == []
    text = "".join(path.read_text(encoding="utf-8") for path in MANIFESTS)
    for named in ("secretRef: {name: database-password}", "secretRef: {name: store-keys}"):
        text = text.replace(named, "")
    assert not re.search(r"(?i)(password|secret|access_key)\w*\s*[:=]\s*\S", text)


def test_the_kinds_that_the_issue_asks_for_are_there():
    kinds = {each["kind"] for each in OBJECTS}
    assert {"CronJob", "Job", "Deployment", "NetworkPolicy", "ConfigMap"} <= kinds
    indexed = [each for each in OBJECTS if each.get("spec", {}).get("completionMode") == "Indexed"]
    assert [each["metadata"]["name"] for each in indexed] == ["reparse"]


def codes_of(node):
    if isinstance(node, dict):
        yield from node.get("onExitCodes", {}).get("values", ())
        for value in node.values():
            yield from codes_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from codes_of(value)


def test_a_failure_policy_names_exit_codes_that_runs_have():
    known = {outcome.code for outcome in OUTCOMES} | {128 + 9, 128 + 15}
    assert set(codes_of(OBJECTS)) <= known
    assert 2 in set(codes_of(OBJECTS))


# --- systemd ---


@pytest.fixture
def units(tmp_path):
    """The units with the paths of this checkout in place of those of an installation."""
    for path in UNITS:
        text = path.read_text(encoding="utf-8").replace("/opt/disclosure-archive", str(ROOT))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    return tmp_path


def verified(checker, folder):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze: apt-get install systemd")
    names = sorted(path for path in folder.iterdir() if path.suffix in {".service", ".timer"})
    shown = [str(path).replace("@.", "@ziyang.") for path in names]
    for path, name in zip(names, shown, strict=True):
        if str(path) != name:
            shutil.copy(path, name)
    return checker("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *shown)


def test_the_units_pass_systemd(checker, units):
    done = verified(checker, units)
    said = [line for line in done.stderr.splitlines() if str(units) in line or "isclosure" in line]
    assert said == []
    passes(done)


def test_systemd_finds_a_planted_fault(checker, units):
    path = units / "disclosure-archive-worker.service"
    path.write_text(path.read_text().replace("Restart=always", "Restart=allways"))
    refused(verified(checker, units), "allways")


# --- Grafana ---


def exported():
    state = metrics.State(runs=[], waiting=0, waiting_bytes=0, disk_free=1, queue={})
    names = {"disclosure_up"}
    for family in metrics.metrics(state):
        names.add(f"{family.name}_total" if family.type == "counter" else family.name)
    return names


def drawn(board):
    panels = board["panels"]
    return [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]


def test_every_metric_that_the_dashboard_draws_is_exported_and_every_one_is_drawn():
    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    named = {name for _, expr in drawn(board) for name in re.findall(r"disclosure_\w+", expr)}
    assert named == exported()


def test_panels_do_not_overlap_and_have_ids_of_their_own():
    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    taken = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}  # fmt: skip
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_dashboard_asks_for_a_label_only_where_it_is_exported():
    labels = {"up": set()}
    state = metrics.State(runs=[], waiting=0, waiting_bytes=0, disk_free=1, queue={})
    for family in metrics.metrics(state):
        labels[family.name.removeprefix("disclosure_")] = set(getattr(family, "_labelnames", ()))
    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    for title, expr in drawn(board):
        asked = {
            part.strip() for by in re.findall(r"by \(([^)]*)\)", expr) for part in by.split(",")
        }
        for name in re.findall(r"disclosure_(\w+)", expr):
            known = labels[name.removesuffix("_total")]
            assert not asked or asked <= known, (title, name)
