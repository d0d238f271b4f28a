"""Free ports of loopback for programs that want to be told theirs.

A port that the kernel gives (`bind` to 0) and that is given back is one of those from which it
takes the near ends of connections: another test's connection may hold it by the time the program
listens. Those below are given to nobody who does not name them.
"""

import random
import socket
from pathlib import Path

_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST, _TWIN = 10_000, 10_000


def free_port():
    """Return a free port."""
    return free_ports(1)[0]


def free_ports(count, twin=False):
    """Return so many free ports; with `twin`, the port 10,000 above each is free as well."""
    first = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32_768
    highest = first - (_TWIN if twin else 0)
    lowest = _LOWEST
    if highest - lowest < count * 100:  # a machine that was told to use nearly all: any will do
        lowest, highest = 20_000, 50_000
    found = set()
    while len(found) < count:
        port = random.SystemRandom().randrange(lowest, highest)
        if _is_free(port) and (not twin or _is_free(port + _TWIN)):
            found.add(port)
    return list(found)


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
