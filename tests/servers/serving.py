"""What the servers of our own share: they answer on loopback, in threads, while a block lasts."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer


class Served:
    """A context manager with an address, `url`; its `handler` finds it as `server.told`."""

    handler = None

    def __enter__(self):
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        self._http.told, self._http.daemon_threads = self, True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
