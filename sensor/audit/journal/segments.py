"""Files of the journal: names of logs and segments, and the line that holds one entry.

    <state>/log/<log_no>/journal-<seq of the first line, 12 digits>.jsonl
    {"entry":<canonical bytes>,"sig":"<64 bytes in base64, 88 characters>"}\\n

The canonical bytes are cut out of the line at fixed places, never re-encoded. Any other spacing is not an entry.
"""

from __future__ import annotations

import binascii
import re
from pathlib import Path

from sensor.audit.form.canonical import MAX_ENTRY
from sensor.audit.form.chain import leaf_hash
from sensor.model.calls import Value

PREFIX = b'{"entry":'
MIDDLE = b',"sig":"'
END = b'"}\n'
FILES = ("journal-", "checkpoints")  # how names of a log's files begin, also where one was set aside
SUFFIX_LENGTH = len(MIDDLE) + 88 + len(END)
MAX_LINE = len(PREFIX) + MAX_ENTRY + SUFFIX_LENGTH

_NAME = re.compile(r"journal-(\d{12})\.jsonl\Z")


class BadLine(ValueError):
    """Bytes that are not a journal line."""


class Segment(Value, frozen=True):
    """A segment file; `first` is the seq of its first line."""

    path: Path
    first: int


class Line(Value, frozen=True):
    """One entry where it lies: `length` bytes at `offset` of `segment` (file name), newline included."""

    segment: str
    offset: int
    length: int
    seq: int
    entry: bytes
    sig: bytes

    @property
    def leaf(self) -> bytes:
        """Its leaf hash, which must be the `prev` of the next entry."""
        return leaf_hash(self.entry)


def segment_name(first: int) -> str:
    """File name of the segment that begins with seq `first`."""
    return f"journal-{first:012d}.jsonl"


def list_segments(folder: Path) -> tuple[Segment, ...]:
    """Segments of a log in order. Set-aside (`.corrupt-*`) and foreign files are not among them."""
    found = []
    for path in folder.iterdir():
        match = _NAME.match(path.name)
        if match:
            found.append(Segment(path=path, first=int(match[1])))
    return tuple(sorted(found, key=lambda segment: segment.first))


def list_logs(root: Path) -> tuple[Path, ...]:
    """Log folders below `<state>/log`, oldest first; empty when there is none. A number has one name: "00" is no log, nor is a folder without a log's files."""
    if not root.is_dir():
        return ()
    numbered = [path for path in root.iterdir() if path.name.isascii() and path.name.isdigit() and path.name == str(int(path.name)) and path.is_dir()]
    return tuple(sorted((path for path in numbered if any(one.name.startswith(FILES) for one in path.iterdir())), key=lambda path: int(path.name)))


def render_line(entry: bytes, sig: bytes) -> bytes:
    """The line of canonical bytes and their 64-byte signature."""
    return b"".join((PREFIX, entry, MIDDLE, binascii.b2a_base64(sig, newline=False), END))


def cut_line(line: bytes) -> tuple[bytes, bytes]:
    """(canonical bytes, signature) of a line with its newline. Raises BadLine."""
    if not line.startswith(PREFIX) or len(line) <= len(PREFIX) + SUFFIX_LENGTH or len(line) > MAX_LINE:
        raise BadLine("not an entry line")
    tail = line[-SUFFIX_LENGTH:]
    if not tail.startswith(MIDDLE) or not tail.endswith(END):
        raise BadLine("no signature, or one of another length")
    text = tail[len(MIDDLE):-len(END)]
    try:
        sig = binascii.a2b_base64(text)
    except (binascii.Error, TypeError) as error:
        raise BadLine("signature is not base64") from error
    if len(sig) != 64 or binascii.b2a_base64(sig, newline=False) != text:
        raise BadLine("signature is not 64 bytes in base64")
    return line[len(PREFIX):-SUFFIX_LENGTH], sig
