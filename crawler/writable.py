"""Whether a place can be written to, found out by writing.

Permissions alone do not tell: root has all of them on a disk that nobody can write to. Knows paths
only; never leaves a file that a second try would not remove.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def try_writing(probe: Path) -> None:
    """Write an empty file and remove it. Raises OSError where that cannot be done.

    A run killed between the two leaves the file; so its name must be the same in every run: the
    next one removes it, and of two at once each finds it gone or removes it.
    """
    probe.write_bytes(b"")
    probe.unlink(missing_ok=True)
