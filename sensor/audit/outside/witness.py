"""A witness: remembers the newest checkpoint of each log it knows and cosigns only what extends it (C2SP tlog-witness).

Rollback and forks are refused: a smaller tree, another tree of the same size, or a larger one that does not contain the
remembered one gets no cosignature. What was cosigned is on disk before the answer leaves.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sensor.audit.form.keys import Signer, from_text, text
from sensor.audit.form.notes import MAX_NOTE, BadNote, Checkpoint, is_signed_by, parse_checkpoint
from sensor.audit.form.proofs import is_consistent
from sensor.audit.outside.cosignatures import NoteKey, cosign
from sensor.model.calls import Value

MAX_REQUEST = MAX_NOTE + 8 * 1024
MAX_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"


class Answer(Value, frozen=True):
    """HTTP status and body: 200 cosignature line, 400, 403 not signed, 404 unknown log, 409 other size, 422 no proof."""

    status: int
    body: bytes
    type: str = "text/plain; charset=utf-8"


class Request(Value, frozen=True):
    """A parsed request: the size that the log believes we know, the consistency proof, and the note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


def render_request(old: int, proof: list[bytes], note: bytes) -> bytes:
    """The body of POST /add-checkpoint."""
    return b"".join((f"old {old}\n".encode(), *(f"{text(step)}\n".encode() for step in proof), b"\n", note))


def parse_request(data: bytes) -> Request:
    """Parse a body. Raises BadNote."""
    head, gap, note = data.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    word, _, size = lines[0].partition(" ")
    if not gap or word != "old" or not size.isascii() or not size.isdigit() or len(size) > 16 or len(lines) - 1 > MAX_PROOF:
        raise BadNote("not a request: old <size>, proof, empty line, checkpoint")
    try:
        return Request(old=int(size), proof=tuple(from_text(line, 32) for line in lines[1:]), note=note)
    except ValueError as error:
        raise BadNote("the proof is not a list of hashes") from error


class Witness:
    """One witness with its key. `known` gives the key of a log by its origin; `now` seconds since 1970."""

    def __init__(self, folder: Path, name: str, signer: Signer, known: Callable[[str], NoteKey | None], now: Callable[[], int]) -> None:
        self._folder, self._name, self._signer, self._known, self._now = folder, name, signer, known, now

    def add_checkpoint(self, data: bytes) -> Answer:
        """Answer one request. Raises OSError when the state cannot be kept; then nothing was cosigned."""
        try:
            request = parse_request(data)
            note = parse_checkpoint(request.note)
        except BadNote as error:
            return _said(400, str(error))
        key = self._known(note.origin)
        if key is None:
            return _said(404, "this witness does not know the log")
        if not is_signed_by(note, note.origin, key.public):
            return _said(403, "the checkpoint is not signed by the log's key")
        if request.old > note.size:
            return _said(400, "old is larger than the checkpoint")
        with self._locked():
            return self._compare_and_set(request, note)

    def newest(self, origin: str) -> Checkpoint | None:
        """The newest checkpoint of a log that was cosigned, None when there is none. Raises BadNote, OSError."""
        try:
            return parse_checkpoint(self._file(origin).read_bytes())
        except FileNotFoundError:
            return None

    def _compare_and_set(self, request: Request, note: Checkpoint) -> Answer:
        before = self.newest(note.origin)
        size, root = (before.size, before.root) if before is not None else (0, b"")
        forked = size == note.size and size > 0 and root != note.root
        if request.old != size or forked:
            return Answer(status=409, body=f"{size}\n".encode(), type=SIZE_TYPE)
        if note.size == 0 or not is_consistent((size, root), (note.size, note.root), list(request.proof)):
            return _said(422, "the checkpoint does not extend the one that was cosigned")
        line = cosign(note.body, self._name, self._signer, self._now())
        self._keep(note.origin, note.body + b"\n" + line)  # not the signatures of others: anybody can add to a note
        return Answer(status=200, body=line)

    def _file(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode('utf-8')).hexdigest()[:32]}.note"

    def _keep(self, origin: str, note: bytes) -> None:
        path = self._file(origin)
        new = path.with_suffix(".new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One request at a time, over all threads and processes: the comparison and the write belong together."""
        handle = os.open(self._folder / "witness.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _said(status: int, why: str) -> Answer:
    return Answer(status=status, body=why.encode("utf-8") + b"\n")
