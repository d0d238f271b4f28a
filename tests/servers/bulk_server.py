"""A stub of the bulk API of OpenSearch and Elasticsearch; it checks the protocol.

No real server can be had from package registries; this one knows what their reference says of
`HEAD` and `PUT /INDEX` and `POST /INDEX/_bulk`, and can be told to be busy or to refuse.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub:
    """What the server has, and how it shall behave."""

    def __init__(self):
        self.mapping = None
        self.documents = {}
        self.requests = 0
        self.busy_requests = 0  # whole requests to answer with 429
        self.busy_documents = set()  # documents to answer with 429, once each
        self.refused = {}  # document → the reason
        self.refusal = 400  # the status of those
        self.refused_as = "mapper_parsing_exception"  # the type of those
        self.largest = None  # bytes of a request; a larger one is answered with 413
        self.key = None  # the Authorization that it wants
        self.broken = []  # what a client did wrong


class Handler(BaseHTTPRequestHandler):
    """One connection; `stub` is what all share."""

    stub: Stub

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self._answer(200 if self.stub.mapping else 404, None)

    def do_PUT(self):
        body = self._body()
        if self.stub.mapping:
            kind = "resource_already_exists_exception"
            self._answer(400, {"error": {"type": kind}, "status": 400})
            return
        self.stub.mapping = json.loads(body)
        self._answer(200, {"acknowledged": True})

    def do_POST(self):
        body = self._body()
        self.stub.requests += 1
        if self.stub.key and self.headers["Authorization"] != self.stub.key:
            self._answer(401, {})
        elif self.stub.largest and len(body) > self.stub.largest:
            self._answer(413, None)
        elif self.stub.busy_requests:
            self.stub.busy_requests -= 1
            self._answer(429, {"error": "circuit_breaking_exception"})
        else:
            self._answer(200, {"errors": True, "items": list(self._take(body))})

    def _take(self, body):
        if self.headers["Content-Type"] != "application/x-ndjson" or body[-1:] != b"\n":
            self.stub.broken.append("not newline-delimited JSON")
        lines = body.splitlines()
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            name = json.loads(action)["index"]["_id"]
            yield {"index": {"_id": name, **self._index(name, json.loads(document))}}

    def _index(self, name, document):
        if document["capture_id"] in self.stub.busy_documents:
            self.stub.busy_documents.remove(document["capture_id"])
            return {"status": 429, "error": {"type": "es_rejected_execution_exception"}}
        if document["capture_id"] in self.stub.refused:
            reason = self.stub.refused[document["capture_id"]]
            error = {"type": self.stub.refused_as, "reason": reason}
            return {"status": self.stub.refusal, "error": error}
        self.stub.documents[name] = document
        return {"status": 201}

    def _body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status, answer):
        body = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def bulk_server():
    """Run a stub; give it and its address, index included."""
    stub = Stub()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"stub": stub})) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield stub, f"opensearch://127.0.0.1:{server.server_port}/reports"
        finally:
            server.shutdown()
            thread.join()
