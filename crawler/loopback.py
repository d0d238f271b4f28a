"""A free port of this machine, for a program that wants to be told its own.

A port that the kernel gives (`bind` to 0) and that is given back is one of those from which it
takes the near ends of connections: another connection may hold it by the time the program listens.
The one below is given to nobody who does not name it. Binds for a moment; never listens.
"""

from __future__ import annotations

import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
#: Where the kernel says from which port on it takes the near ends; elsewhere Linux's own default.
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_FIRST = 32_768
_LOWEST = 10_000
#: Fewer to choose from would be a machine that was told to take nearly all: then any will do.
_ENOUGH = 500
_ANY = (20_000, 50_000)


def free_port(twin: int = 0) -> int:
    """Return a free port; with `twin`, the port so far above it is free as well."""
    first = int(_RANGE.read_text("ascii").split()[0]) if _RANGE.exists() else _USUAL_FIRST
    few = first - twin - _LOWEST < _ENOUGH
    lowest, end = _ANY if few else (_LOWEST, first - twin)
    while True:
        port = random.SystemRandom().randrange(lowest, end)
        if _is_free(port) and (not twin or _is_free(port + twin)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
