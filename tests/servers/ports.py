"""Several free ports of loopback at once, for programs that want to be told theirs."""

from crawler.loopback import free_port

_TWIN = 10_000


def free_ports(count, twin=False):
    """Return so many free ports; with `twin`, the port 10,000 above each is free as well."""
    found = set()
    while len(found) < count:
        found.add(free_port(_TWIN if twin else 0))
    return list(found)
