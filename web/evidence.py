"""An entry from the journal itself, with what can be said at once about its place in the chain.

The page checks the hash link it shows and the entry's own signature against the key that the log names for it. It does
not check that key's certificate nor the rest of the log: that is `handrail verify`, and the page says so.
"""

from __future__ import annotations

import base64
import binascii
import enum

from sensor.audit.form import entry as audit_entry
from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.entry import AuditEntry
from sensor.audit.form.keys import ENTRY_TAG, is_signed
from sensor.audit.journal.reader import DamagedLine, read_entry
from sensor.audit.journal.segments import Line, list_logs, segment_name
from sensor.model.calls import Value
from sensor.model.effects import TextField
from sensor.model.errors import in_words
from sensor.store.queries import record
from sensor.store.queries.events import EventRow
from web.config import WebConfig
from web.site import index


class Signature(enum.Enum):
    """What is known about the signature of one entry."""

    FITS = "fits"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


class Proof(Value):
    """One entry as it lies in the journal. `problem` says why it cannot be read; then the rest is empty."""

    entry: AuditEntry | None = None
    data: bytes = b""
    leaf: str = ""
    signature: Signature = Signature.NOT_CHECKED
    key_seq: int = -1
    place: str = ""
    problem: str = ""


def reasoning(config: WebConfig, related: tuple[EventRow, ...]) -> str:
    """What the model thought and said before a call, from the entries about the same call; "" when there is none."""
    proofs = (read(config, event) for event in related if event.kind == "reasoning")
    return "\n\n".join(proof.entry.summary.text for proof in proofs if proof.entry is not None and proof.entry.summary is not None)


def spans(entry: AuditEntry) -> tuple[tuple[int, int], ...]:
    """Where the findings lie in the command as it is shown: bytes from and to. None where redacting or cutting may have moved them."""
    if entry.redacted is not None or entry.truncated is not None:
        return ()
    return tuple((hit.start, hit.end) for hit in entry.rules if hit.field == TextField.COMMAND.value and hit.form == "raw" and hit.end > hit.start)


def read(config: WebConfig, event: EventRow) -> Proof:
    """The entry behind a row of the index."""
    try:
        line = _line(config, event)
        entry = audit_entry.parse(line.entry)
    except (OSError, DamagedLine, NotCanonical) as error:
        return Proof(problem=f"The journal has no readable entry there: {in_words(error)}")
    if entry.seq != event.seq:
        return Proof(problem=f"The journal has entry {entry.seq} there; the index is not of this log.")
    key, key_seq = _key(config, event, entry)
    signature = Signature.NOT_CHECKED
    if key:
        signature = Signature.FITS if is_signed(ENTRY_TAG + line.leaf, line.sig, key) else Signature.WRONG
    return Proof(
        entry=entry, data=line.entry, leaf=line.leaf.hex(), signature=signature, key_seq=key_seq,
        place=f"log {event.log}, {line.segment}, byte {line.offset}",
    )


def _line(config: WebConfig, event: EventRow) -> Line:
    for folder in list_logs(config.log):
        if int(folder.name) == event.log:
            return read_entry(folder, segment_name(event.segment), event.start, event.size)
    raise FileNotFoundError(f"log {event.log}")


def _key(config: WebConfig, event: EventRow, entry: AuditEntry) -> tuple[bytes, int]:
    """The public key that signs this entry, and the seq of the entry that names it; (b"", -1) when unknown."""
    if entry.open is not None:
        return _decode(entry.open.pk), entry.seq
    named = record.newest_before(index(), ("log_open", "key_rotation"), event.id)
    if named is None or named.log != event.log:
        return b"", -1
    try:
        naming = audit_entry.parse(_line(config, named).entry)
    except (OSError, DamagedLine, NotCanonical):
        return b"", -1
    if naming.open is not None:
        return _decode(naming.open.pk), named.seq
    return (_decode(naming.rotation.next_pk), named.seq) if naming.rotation is not None else (b"", -1)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
