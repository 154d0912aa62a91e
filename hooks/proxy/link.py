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
UNJUDGED = "Handrail could not judge this call, so it did not run. Ask the user to run `handrail doctor`, then try again. Do not try another way."
TOO_LARGE = "Larger than 16 MiB: Handrail cannot judge this, so it was stopped. Make it smaller."
# What a server says of its tools is read word by word.
MAX_DEFINITION = 256 * 1024
TOO_LONG = "Longer than 256 KiB: no definition needs so much, and Handrail does not read it to its end."
CALLS = frozenset({"tools/call", "resources/read"})
USES = CALLS | {"tools/result"}
LATE = frozenset({"timeout", "busy"})


class Told(NamedTuple):
    """What was said: a word of `hooks.mcp_forms` and the text for the model. `by_sensor` is False when the sensor was away, or (`late`) needed too long."""

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
        """The answer to an event, or that a person is asked first; then `finish` gives it."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(body) > client.MAX_BODY:
            return Told(DENY, TOO_LARGE)
        if len(body) > MAX_DEFINITION and event.get("hook_event_name") not in USES:
            return Told(DENY, TOO_LONG)
        try:
            return self._ask(body, FIRST_ANSWER_SECONDS if event.get("hook_event_name") in CALLS else PATIENT_SECONDS)
        except FileNotFoundError:
            return self._fall_back(body, "absent")
        except ConnectionRefusedError:
            return self._fall_back(body, "refused")
        except BlockingIOError:
            return self._fall_back(body, "busy")
        except TimeoutError:
            return self._fall_back(body, "timeout")
        except (OSError, KeyError, ValueError):
            return self._fall_back(body, "unreachable")
        except client.Unanswered as failure:
            return self._fall_back(body, failure.args[0])

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

    def _ask(self, body: bytes, patience: float) -> Told | Waiting:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        kept = False
        try:
            client.connect(connection, self._conf["socket"])
            if client.owner_of(connection) != os.getuid():
                raise client.Unanswered("foreign")
            connection.settimeout(patience)
            connection.sendall(b"HR1 hook agent=mcp len=%d truncated=0\n" % len(body) + body)
            found = _read(connection, b"", time.monotonic() + patience)
            kept = isinstance(found, Waiting)
            return found._replace(body=body) if isinstance(found, Waiting) else found
        finally:
            if not kept:
                connection.close()

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
