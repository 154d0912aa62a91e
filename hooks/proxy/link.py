"""Asking the sensor about one event of the proxy, over the frame and with the settings of the hook client. Standard library only.

When the sensor gives no usable answer, the hook client's own fallback decides (`hooks.fallback`, as a process of its own):
it starts the sensor, asks again, decides by the risk table, and keeps the event for the log.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from typing import Any, NamedTuple

from hooks import client
from hooks.mcp_forms import ALLOW, DENY, WORDS

FIRST_ANSWER_SECONDS = 2.0
PATIENT_SECONDS = 10.0  # for what a server sends: nothing of it waits to be done, and a server must not choose what is not looked at
FALLBACK_SECONDS = 5.0
FAILURES = (OSError, KeyError, ValueError, client.Unanswered)
REASONS = (
    (FileNotFoundError, "absent"), (ConnectionRefusedError, "refused"), (BlockingIOError, "busy"), (TimeoutError, "timeout"), (ConnectionError, "closed"),
)
UNJUDGED = "Handrail could not judge this call, so it did not run. Ask the user to run `handrail doctor`, then try again. Do not try another way."
TOO_LARGE = "Larger than 16 MiB: Handrail cannot judge this, so it was stopped. Make it smaller."
# What a server says of its tools is read word by word.
MAX_DEFINITION = 256 * 1024
TOO_LONG = "Longer than 256 KiB: no definition needs so much, and Handrail does not read it to its end."
RESULT = "tools/result"
# It was there and did not come to its end: what a server sends must not be waved through because it wore the sensor out.
LATE = frozenset({"timeout", "busy", "closed"})


class Told(NamedTuple):
    """What was said: a word of `hooks.mcp_forms` and the text for the model. `by_sensor` is False when the sensor was away, or (`late`) came to no end."""

    word: str
    text: str = ""
    by_sensor: bool = True
    late: bool = False


class Waiting(NamedTuple):
    """A person is being asked about the event `body`; `until` is monotonic."""

    connection: socket.socket
    until: float
    rest: bytes
    body: bytes = b""


class Link:
    """One installation. `conf` is the settings file of the hook client."""

    def __init__(self, conf_path: str) -> None:
        self._conf_path = conf_path
        self._conf = client.conf_of(conf_path)

    def ask(self, event: dict[str, Any]) -> Told | Waiting:
        """The answer about a call, or that a person is asked first; then `finish` gives it."""
        body = _body_of(event)
        if len(body) > client.MAX_BODY:
            return Told(DENY, TOO_LARGE)
        try:
            return self._ask(body)
        except FAILURES as error:
            return self._fall_back(body, _reason(error))

    def look(self, event: dict[str, Any]) -> Told:
        """The answer about what a server sends: its results, definitions and requests.

        No person is asked about these. Where the sensor says that it needs longer, as for all that is long, it is waited for.
        """
        body = _body_of(event)
        if len(body) > client.MAX_BODY:
            return Told(DENY, TOO_LARGE)
        if len(body) > MAX_DEFINITION and event.get("hook_event_name") != RESULT:
            return Told(DENY, TOO_LONG)
        try:
            until = time.monotonic() + PATIENT_SECONDS
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                self._send(connection, body, PATIENT_SECONDS)
                found = _read(connection, b"", until)
                while isinstance(found, Waiting):
                    found = _read(connection, found.rest, until)
                return found
        except FAILURES as error:
            told = self._fall_back(body, _reason(error))
        if told.word != ALLOW and told.text != UNJUDGED:  # the local rules stop nothing here: it is the word of a sensor that has come back
            return told._replace(by_sensor=True, late=False)
        return told._replace(late=told.late and not self._observes(event))

    def finish(self, waiting: Waiting) -> Told:
        """Wait for the person's answer.

        Of a sensor that goes away meanwhile nothing is left to wait for: the fallback asks again, or refuses and keeps the event.
        """
        try:
            found = _read(waiting.connection, waiting.rest, waiting.until)
            while isinstance(found, Waiting):
                found = _read(found.connection, found.rest, found.until)
            return found
        except (OSError, ValueError, client.Unanswered):
            return self._fall_back(waiting.body, "closed")
        finally:
            waiting.connection.close()

    def _ask(self, body: bytes) -> Told | Waiting:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        kept = False
        try:
            self._send(connection, body, FIRST_ANSWER_SECONDS)
            found = _read(connection, b"", time.monotonic() + FIRST_ANSWER_SECONDS)
            kept = isinstance(found, Waiting)
            return found._replace(body=body) if isinstance(found, Waiting) else found
        finally:
            if not kept:
                connection.close()

    def _observes(self, event: dict[str, Any]) -> bool:
        """Whether nothing of what this agent's servers send may be withheld."""
        from hooks.local_decision import load_policy  # rarely needed

        return load_policy(os.path.join(os.fsdecode(self._conf.get("state", b"/nonexistent")), "client-policy.json"), str(event.get("mcp_client", ""))).observe

    def _send(self, connection: socket.socket, body: bytes, patience: float) -> None:
        client.connect(connection, self._conf["socket"])
        if client.owner_of(connection) != os.getuid():
            raise client.Unanswered("foreign")
        connection.settimeout(patience)
        connection.sendall(b"HR1 hook agent=mcp len=%d truncated=0\n" % len(body) + body)

    def _fall_back(self, body: bytes, reason: str) -> Told:
        import subprocess  # rarely needed, and dear to load

        python = os.fsdecode(self._conf.get("python", b"")) or sys.executable
        program = os.fsdecode(self._conf.get("client", b"")) or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "client.py")
        words = [python, "-I", "-S", program, "--agent", "mcp", "--conf", self._conf_path, "--handover", reason]
        try:
            done = subprocess.run(words, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=FALLBACK_SECONDS, check=False)
            return _told(done.stdout)._replace(by_sensor=False, late=reason in LATE)
        except (OSError, subprocess.TimeoutExpired, client.Unanswered):
            return Told(DENY, UNJUDGED, by_sensor=False, late=reason in LATE)


def _body_of(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _reason(error: Exception) -> str:
    """One word for the fallback: why the sensor gave no usable answer."""
    if isinstance(error, client.Unanswered):
        return str(error.args[0])
    return next((word for kind, word in REASONS if isinstance(error, kind)), "unreachable")


def _read(connection: socket.socket, data: bytes, until: float) -> Told | Waiting:
    """The next frame: a reply, or the request to wait longer. Raises Unanswered, OSError."""
    while True:
        line, newline, rest = data.partition(b"\n")
        if newline:
            kind, fields = client.header_of(line)
            if kind == b"hold":
                return Waiting(connection, time.monotonic() + client.number(fields, b"ms") / 1000, rest)
            out, err = client.number(fields, b"out"), client.number(fields, b"err")
            if kind != b"reply" or out + err > client.MAX_REPLY:
                raise client.Unanswered("garbage")
            if len(rest) >= out + err:
                return _told(rest[:out])
        elif len(data) > client.MAX_HEADER:
            raise client.Unanswered("garbage")
        left = until - time.monotonic()
        if left <= 0:
            raise client.Unanswered("timeout")
        connection.settimeout(left)
        chunk = connection.recv(65536)
        if not chunk:
            raise client.Unanswered("closed")
        data += chunk


def _told(out: bytes) -> Told:
    """The answer in a reply. Raises Unanswered for anything but a known word: silence is no answer here."""
    try:
        value = json.loads(out)
        word, text = value["answer"], value.get("text", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise client.Unanswered("garbage") from None
    if not isinstance(word, str) or word not in WORDS or not isinstance(text, str) or (word != ALLOW and not text):
        raise client.Unanswered("garbage")
    return Told(word, text)
