"""Small disks of a test's own, mounted by root: tmpfs, and an ext4 in a file, behind a loop device.

A kernel that refuses says so by CannotRun, and what was mounted is always unmounted.
"""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.torture.registry import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def small(folder: Path, options: str) -> Iterator[Path]:
    """A tmpfs below a folder. Raises CannotRun."""
    disk = folder / "disk"
    disk.mkdir()
    with _mounted("-t", "tmpfs", "-o", options, "none", disk):
        yield disk


@contextmanager
def ext4(folder: Path) -> Iterator[Path]:
    """An ext4 in a file below a folder, made anew or mended as it was left. Raises CannotRun."""
    image, disk = folder / "image", folder / "ext4"
    disk.mkdir(exist_ok=True)
    if image.exists():
        subprocess.run(["e2fsck", "-fp", str(image)], check=False, capture_output=True)
    else:
        image.touch()
        _told("truncate", "-s", "64M", image)
        _told("mkfs.ext4", "-q", image)
    with _mounted("-o", "loop", image, disk):
        yield disk


def remount(disk: Path, options: str) -> None:
    """Mount a disk anew with other options."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def abort(disk: Path) -> None:
    """Have an ext4 meet an error: it is for reading only from now on, whoever writes to it."""
    subprocess.run(["mount", "-o", "remount,abort", str(disk)], check=False)


@contextmanager
def _mounted(*arguments: object) -> Iterator[None]:
    _told("mount", *arguments)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(arguments[-1])], check=False)


def _told(*command: object) -> None:
    try:
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRun(f"{command[0]} is refused here: {error}") from error
