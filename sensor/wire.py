"""The frame between hook client, command line, dashboard and sensor on the unix socket.

A request is one ASCII header line and a body of `len` bytes:

    HR1 hook agent=claude-code len=812 truncated=0\\n<bytes as the agent sent them>
    HR1 op len=33\\n{"op":"status","args":{}}

A reply is one header line and two bodies (standard output and standard error of the hook; for `op` the first is JSON):

    HR1 reply exit=2 out=120 err=64\\n<out><err>

Before the reply the sensor may send `HR1 hold ms=45000\\n`: a person is being asked, so wait that much longer. Header
fields are `key=value` without spaces; unknown keys are ignored, so that either side may be older. The bodies are never
parsed by the client: broken encodings reach the sensor as they are. Standard library only: the Python hook client and
its C twin (`hooks/client.c`) speak the same frame, checked by one test suite.
"""

from __future__ import annotations

MAGIC = b"HR1"
MAX_HEADER = 512
MAX_BODY = 16 * 1024 * 1024


class FrameError(ValueError):
    """The peer does not speak this protocol."""


def render_header(kind: str, **fields: object) -> bytes:
    """One header line. Values must not contain white space."""
    words = [MAGIC.decode(), kind, *(f"{key}={value}" for key, value in fields.items())]
    line = " ".join(words).encode("ascii") + b"\n"
    if len(line) > MAX_HEADER or line.count(b" ") != len(words) - 1 or line.count(b"\n") != 1:
        raise FrameError(f"header field with white space, or too long: {line[:80]!r}")
    return line


def parse_header(line: bytes) -> tuple[str, dict[str, str]]:
    """Kind and fields of a header line (without its newline). Raises FrameError."""
    words = line.split(b" ")
    if len(words) < 2 or words[0] != MAGIC:
        raise FrameError(f"not a Handrail frame: {line[:40]!r}")
    fields = {}
    for word in words[2:]:
        key, equals, value = word.partition(b"=")
        if not equals:
            raise FrameError(f"header field without '=': {word[:40]!r}")
        fields[key.decode("ascii", "replace")] = value.decode("ascii", "replace")
    return words[1].decode("ascii", "replace"), fields


def length(fields: dict[str, str], key: str) -> int:
    """A body length from a header. Raises FrameError when absent, negative or over the cap."""
    value = fields.get(key, "")
    if not value.isascii() or not value.isdigit() or int(value) > MAX_BODY:
        raise FrameError(f"bad length {key}={value[:20]}")
    return int(value)


def render_request(kind: str, body: bytes, **fields: object) -> bytes:
    """A whole request frame."""
    return render_header(kind, **fields, len=len(body)) + body


def render_hold(ms: int) -> bytes:
    """The frame that tells a client to wait `ms` milliseconds longer."""
    return b"HR1 hold ms=%d\n" % ms


def render_reply(exit_code: int, out: bytes, err: bytes) -> bytes:
    """A whole reply frame."""
    return b"HR1 reply exit=%d out=%d err=%d\n%b%b" % (exit_code, len(out), len(err), out, err)
