"""The HTTP door of a witness: POST /add-checkpoint, nothing else. One thread per request, requests are small."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sensor.audit.form.notes import BadNote
from sensor.audit.outside.witness import MAX_REQUEST, Answer

PATH = "/add-checkpoint"
SECONDS = 10

_LOG = logging.getLogger(__name__)


def open_door(address: str, port: int, add_checkpoint: Callable[[bytes], Answer]) -> ThreadingHTTPServer:
    """A server that is bound and not yet serving (`serve_forever`, `shutdown`, `server_close`). Port 0 = a free one. Raises OSError."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version, sys_version = "handrail-witness", ""

        def do_POST(self) -> None:
            """Hand the body over and send what the witness says."""
            length = self.headers.get("Content-Length", "")
            if self.path != PATH:
                return self._send(Answer(status=404, body=b"POST /add-checkpoint\n"))
            if not length.isascii() or not length.isdigit() or int(length[:9]) > MAX_REQUEST or len(length) > 9:
                return self._send(Answer(status=400, body=b"no length, or too long\n"))
            try:
                answer = add_checkpoint(self.rfile.read(int(length)))
            except (OSError, BadNote) as error:
                _LOG.error("the witness cannot keep its state: %s", error)
                answer = Answer(status=500, body=b"the witness cannot keep its state\n")
            return self._send(answer)

        def log_message(self, format: str, *args: object) -> None:
            _LOG.info("%s %s", self.address_string(), format % args)

        def _send(self, answer: Answer) -> None:
            self.close_connection = True
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    server = ThreadingHTTPServer((address, port), Handler)
    server.daemon_threads = True
    return server
