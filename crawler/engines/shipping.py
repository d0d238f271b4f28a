"""The project's own code as a package that is put onto the workers of a cluster.

A worker needs the dependencies, not the project: each gets these files into a folder of its own,
first on its path, when it joins. This module goes to the workers by its text, not by its name, so
it imports nothing of the project where it runs.
"""

from __future__ import annotations

import importlib
import io
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

from distributed.diagnostics.plugin import WorkerPlugin

_ROOM = "crawler.engines.remote"
_PACKAGES = ("crawler", "parsers")


def packed(root: Path) -> bytes:
    """Return the project's packages as a zip, alike for the same files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for name in _PACKAGES for path in (root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                member = zipfile.ZipInfo(path.relative_to(root).as_posix())
                archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class Project(WorkerPlugin):
    """Puts the project onto each worker, one that joins later included, and a job with it."""

    idempotent = True

    def __init__(self, name: str, package: bytes, job: bytes) -> None:
        """`name` is unique to the package and the job."""
        self.name = name
        self._package = package
        self._job = job

    def setup(self, worker: Any) -> None:
        """Unpack the project where the worker keeps its files, and open the job."""
        folder = Path(worker.local_directory) / self.name
        with zipfile.ZipFile(io.BytesIO(self._package)) as archive:
            archive.extractall(folder)
        _forget_others()
        sys.path.insert(0, str(folder))
        importlib.import_module(_ROOM).begin(self.name, self._job)

    def teardown(self, worker: Any) -> None:
        """Close the job and take the project away."""
        folder = Path(worker.local_directory) / self.name
        importlib.import_module(_ROOM).end(self.name)
        if str(folder) in sys.path:
            sys.path.remove(str(folder))
        _forget_others()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_others() -> None:
    """Forget the modules of another version of the project, which this worker has met before."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
        del sys.modules[name]


def do(name: str, unit: bytes) -> bytes:
    """Do a unit of a job on the worker where this runs; return what it gives, pickled."""
    done: bytes = importlib.import_module(_ROOM).do(name, unit)
    return done
