"""Show the newest checkpoint of the log here to witnesses, and keep their cosignatures.

The checkpoint gets a signature of the identity key as well, because a witness knows a log by one key that does not
change. The tree is made anew from the journal: a checkpoint that the journal does not give is not shown to anybody.
"""

from __future__ import annotations

import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from sensor.audit.form.keys import Signer, load_public
from sensor.audit.form.notes import BadNote, Checkpoint, parse_checkpoint
from sensor.audit.form.proofs import Tree
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.pin import read_pruned
from sensor.audit.journal.reader import JournalReader, first_position
from sensor.audit.journal.remembered import WITNESSED
from sensor.audit.outside.cosignatures import add_lines, cosigned_at, sign_line
from sensor.audit.outside.deadline import within
from sensor.audit.outside.witness import MAX_REQUEST, Answer, render_request
from sensor.audit.outside.witness_door import PATH
from sensor.audit.outside.witness_policy import WitnessKey, WitnessPolicy
from sensor.model.calls import Value
from sensor.model.errors import HandrailError, in_words

SECONDS = 10.0

Post = Callable[[str, bytes], Answer]


class NothingToShow(HandrailError):
    """There is no checkpoint yet, or the journal does not give it."""


class Pushed(Value, frozen=True):
    """What one witness said. `state`: "cosigned", "rollback" (it has seen more), "fork", "refused", "away"."""

    witness: str
    state: str
    size: int
    why: str = ""


class Standing(Value, frozen=True):
    """The newest checkpoint with the identity's signature, and the tree that gives it."""

    note: bytes
    checkpoint: Checkpoint
    tree: Tree


def cosigned_file(state: Path, log: Path) -> Path:
    """Where cosigned notes of a log are kept: outside the log's folder, one list per log."""
    return state / WITNESSED / f"{log.name}.txt"


def stand(folder: Path, keys: Path, identity: Signer) -> Standing:
    """The newest checkpoint of the log in `folder`, checked against the journal. Raises NothingToShow, OSError, DamagedLine."""
    note = last_note(folder)
    if not note:
        raise NothingToShow("The log has no checkpoint yet.", next_step="Wait a minute while Handrail runs: handrail status")
    checkpoint = parse_checkpoint(note)
    start = first_position(folder)
    pruned = read_pruned(folder, load_public(keys)) if start.seq else None
    begin = pruned.size if pruned is not None else 0
    leaves = bytearray()
    with JournalReader(folder, start) as reader:
        for line in reader.lines():
            if line.seq >= checkpoint.size:
                break
            if line.seq >= begin:
                leaves += line.leaf
    peaks = tuple(bytes.fromhex(peak) for peak in pruned.peaks) if pruned is not None else ()
    tree = Tree((bytes(leaves[at:at + 32]) for at in range(0, len(leaves), 32)), begin, peaks)
    if tree.size < checkpoint.size or tree.root(checkpoint.size) != checkpoint.root:
        raise NothingToShow("The journal does not give its own checkpoint.", next_step="Run: handrail verify")
    signed = add_lines(note, sign_line(checkpoint.body, checkpoint.origin, identity))
    return Standing(note=signed, checkpoint=parse_checkpoint(signed), tree=tree)


def push(standing: Standing, policy: WitnessPolicy, post: Post) -> tuple[bytes, tuple[Pushed, ...]]:
    """Ask every witness of the policy that has an address. Returns the note with all cosignatures, and what each said."""
    note, told = standing.note, []
    for witness in policy.witnesses:
        if witness.url:
            line, pushed = _ask(standing, witness, post)
            note = add_lines(note, line) if line else note
            told.append(pushed)
    return note, tuple(told)


def keep(path: Path, note: bytes) -> None:
    """Append a cosigned note to its list, durably. Raises OSError."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(note + b"\n")
        file.flush()
        os.fsync(file.fileno())


def post_to(url: str, body: bytes) -> Answer:
    """POST to a witness; no proxies, no redirects, bounded in size and time. Raises OSError when it is away."""
    request = urllib.request.Request(url.rstrip("/") + PATH, data=body, headers={"Content-Type": "text/plain; charset=utf-8"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)

    def answer() -> Answer:
        try:
            with opener.open(request, timeout=SECONDS) as reply:
                return Answer(status=reply.status, body=reply.read(MAX_REQUEST))
        except urllib.error.HTTPError as error:
            return Answer(status=error.code, body=error.read(MAX_REQUEST))

    try:
        return within(SECONDS, answer)
    except (ValueError, http.client.HTTPException) as error:
        raise OSError(str(error)) from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *unused: object, **unused_too: object) -> None:
        """A witness answers itself."""


def _ask(standing: Standing, witness: WitnessKey, post: Post) -> tuple[bytes, Pushed]:
    checkpoint, old = standing.checkpoint, 0
    for _ in range(3):  # the first answer tells what the witness has; another push may come between
        try:
            answer = post(witness.url, render_request(old, standing.tree.consistency(old, checkpoint.size), standing.note))
        except OSError as error:
            return b"", _told(witness, "away", 0, in_words(error))
        except ValueError:
            return b"", _told(witness, "refused", old, "the part that would prove it was pruned")
        if answer.status != 409:
            break
        size = answer.body.strip()
        known = int(size) if size.isdigit() and len(size) <= 16 else 0
        if known > checkpoint.size:
            return b"", _told(witness, "rollback", known, f"it has seen {known} entries of this log; here are {checkpoint.size}")
        if known == old:
            return b"", _told(witness, "fork", known, f"it has seen another tree of {known} entries")
        old = known
    if answer.status == 422:
        return b"", _told(witness, "fork", old, f"the {old} entries that it has seen are not the beginning of this log")
    if answer.status != 200:
        return b"", _told(witness, "refused", 0, f"{answer.status}: {answer.body[:200].decode('utf-8', 'replace').strip()}")
    return _accept(standing, witness, answer.body)


def _accept(standing: Standing, witness: WitnessKey, line: bytes) -> tuple[bytes, Pushed]:
    try:
        signed = parse_checkpoint(add_lines(standing.note, line))
    except BadNote as error:
        return b"", _told(witness, "refused", 0, f"its answer is no cosignature: {error}")
    if cosigned_at(signed, witness.key) < 0:
        return b"", _told(witness, "refused", 0, "its answer is not signed by the key in the policy")
    return line, _told(witness, "cosigned", standing.checkpoint.size)


def _told(witness: WitnessKey, state: str, size: int, why: str = "") -> Pushed:
    return Pushed(witness=witness.name, state=state, size=size, why=why)
