"""Serve the demo portal until interrupted: `python -m tests.site --port 0` prints its URL first."""

from __future__ import annotations

import argparse
import contextlib
import threading
from pathlib import Path

from tests.site.server import serve


def main() -> None:
    """Print the portal's URL as the first line, and serve; `--registry` also writes its stanza."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--registry", type=Path, help="folder to write registry.toml into")
    options = parser.parse_args()
    with serve(options.port) as site, contextlib.suppress(KeyboardInterrupt):
        if options.registry:
            site.registry(options.registry)
        print(site.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
