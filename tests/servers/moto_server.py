"""moto's S3 on loopback, empty at its start: what it holds is its process's, whoever serves it.

Two servers of one process share buckets of one name: without the reset a test found in its archive
what another file's tests had left in theirs, where one worker ran both.
"""

from __future__ import annotations

from contextlib import contextmanager

import urllib3
from moto.server import ThreadedMotoServer


@contextmanager
def moto_server():
    """Serve; give the endpoint."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        with urllib3.PoolManager() as pool:
            assert pool.request("POST", f"http://{host}:{port}/moto-api/reset").status == 200
        yield f"http://{host}:{port}"
    finally:
        server.stop()
