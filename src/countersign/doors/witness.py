# SPDX-License-Identifier: Apache-2.0
"""A witness over HTTP: few connections, small bodies, short patience, and no record of either.

POST <prefix>/add-checkpoint and the two places beside it, each answered by the desk. What is written
here keeps a stranger from holding it up: a body has at most 64 KiB and says its length, a read may
take ten seconds and a connection one minute, and one more than the places there are is hung up on.
Put a web server in front of it for TLS.
"""

from __future__ import annotations

import logging
import re
import socket
import sys
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Timer
from typing import Any, Final, TypeAlias

from countersign import desk
from countersign.errors import CountersignError

PLACES: Final = 12
READ_SECONDS: Final = 10.0
LIFE_SECONDS: Final = 60.0
_LENGTH = re.compile("0|[1-9][0-9]{0,8}")
_AFTER = re.compile("after=(0|[1-9][0-9]{0,17})")

Answer: TypeAlias = Callable[[str, str, bytes], desk.Reply]
"""(method, path below the prefix with its query, body) -> reply."""

_log = logging.getLogger(__name__)


def answering(
    witness: desk.Witness, logs: tuple[desk.VerifierKey, ...], clock: Callable[[], datetime]
) -> Answer:
    """Return what this witness answers; `clock` is asked once for each request."""

    def answer(method: str, path: str, body: bytes) -> desk.Reply:
        place, _, query = path.partition("?")
        found = _AFTER.fullmatch(query)
        match method, place:
            case "POST", "/add-checkpoint":
                return desk.add_checkpoint(witness, body, logs=logs, now=clock())
            case "POST", "/add-withdrawal":
                return desk.add_withdrawal(witness, body, now=clock())
            case "GET", "/withdrawals" if found or not query:
                return desk.list_withdrawals(witness, after=int(found[1]) if found else 0)
            case "GET", "/contradictions":
                return desk.list_contradictions(witness)
            case _:
                return desk.Reply(404, b"there is nothing here\n")

    return answer


class WitnessServer(ThreadingHTTPServer):
    """Listens; a thread for each connection, as many as there are places."""

    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], answer: Answer, *, prefix: str = "", places: int = PLACES
    ) -> None:
        self.answer = answer
        self.prefix = prefix.rstrip("/")
        self._places = BoundedSemaphore(places)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """The submission prefix, as it belongs into a policy (behind a web server: its own)."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}{self.prefix}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread, or hang up where all places are taken."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and free its place, however that ends."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 -- theirs
        """Note the kind of a fault and nothing of what was sent."""
        _log.warning("a connection ended with %s", type(sys.exception()).__name__)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # the specification asks for keep-alive
    server_version = "countersign-witness"
    sys_version = ""
    timeout = READ_SECONDS
    server: WitnessServer

    def setup(self) -> None:
        super().setup()
        # A read may be begun again and again, a byte at a time; the whole connection may not.
        self._end = Timer(LIFE_SECONDS, self._hang_up)
        self._end.daemon = True
        self._end.start()

    def finish(self) -> None:
        self._end.cancel()
        super().finish()

    def _hang_up(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            _log.debug("a connection was gone already")

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not _LENGTH.fullmatch(length):
            self._refuse(desk.Reply(411, b"say the body's length\n"))
        elif int(length) > desk.MAX_BODY:
            self._refuse(desk.Reply(413, b"a body has at most 65536 bytes\n"))
        elif len(body := self.rfile.read(int(length))) < int(length):
            self._refuse(desk.Reply(400, b"the body is shorter than it said\n"))
        else:
            self._answer("POST", body)

    def _answer(self, method: str, body: bytes) -> None:
        if not self.path.startswith(f"{self.server.prefix}/"):
            self._say(desk.Reply(404, b"there is nothing here\n"))
            return
        try:
            reply = self.server.answer(method, self.path[len(self.server.prefix) :], body)
        except CountersignError as e:
            _log.warning("a request could not be answered: %s", type(e).__name__)
            reply = desk.Reply(503, b"not now\n")
        self._say(reply)

    def _refuse(self, reply: desk.Reply) -> None:
        """Say no and hang up: what follows on this connection would be the unread body."""
        self.close_connection = True
        self._say(reply)

    def _say(self, reply: desk.Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: who asked what, and when, is nobody's business."""
