"""What a person accepted as lost: logs that ended before their time, with the size that something knew of.

In order: the entry (`log_accept`), then this file in the log's folder, signed by the identity key. The file spares the sensor the reading of the
whole log at its start, and stays when the entry is pruned; as long as the entry is there, the verifier wants to see it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from sensor.audit.form.canonical import NotCanonical, TypedCodec
from sensor.audit.form.entry import parse
from sensor.audit.form.keys import MemorySigner, from_text, is_signed, text
from sensor.audit.form.notes import number_of
from sensor.audit.form.parts import Lost, Predecessor
from sensor.audit.journal.checkpoints import LogPlace
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.pin import PinError, read_private, write_whole
from sensor.audit.journal.segments import BadLine, cut_line, list_segments
from sensor.model.calls import Value

FILE = "accepted.json"
TAG = b"handrail-accepted-v1\n"


class Accepted(Value, frozen=True, forbid_unknown_fields=True):
    """What was accepted in log `log`, one line for each log that lost something."""

    log: str
    losses: tuple[Lost, ...]

    def covers(self, lost: Lost) -> bool:
        """Whether a person accepted that `lost` is gone."""
        return any(one.log == lost.log and one.size >= lost.size for one in self.losses)

    def covers_beginning(self, before: Lost | None) -> bool:
        """Whether a person accepted that the log came after `before`; None = its first entry, which says so, was pruned."""
        return self.covers(before) if before is not None else any(number_of(one.log) < number_of(self.log) for one in self.losses)


class _Signed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    accepted: Accepted
    sig: str


_CODEC = TypedCodec(Accepted)
_FILE_CODEC = TypedCodec(_Signed)


def read_accepted(folder: Path, identity: bytes) -> Accepted | None:
    """What was accepted in the log in `folder`, None when nothing was. Raises PinError when it is damaged or signed by another key."""
    data = read_private(folder / FILE)
    if data is None:
        return None
    try:
        signed: _Signed = _FILE_CODEC.decode(data)
        sig = from_text(signed.sig, 64)
    except (NotCanonical, ValueError) as error:
        raise PinError(f"{FILE} is damaged.") from error
    if _FILE_CODEC.encode(signed) != data or not is_signed(TAG + _CODEC.encode(signed.accepted), sig, identity):
        raise PinError(f"{FILE} is not signed by this identity, or in another form.")
    return signed.accepted


def add_accepted(place: LogPlace, losses: tuple[Lost, ...], signer: MemorySigner, medium: Medium) -> None:
    """Accept `losses` as well; their entry is durable. Raises OSError, PinError."""
    before = read_accepted(place.folder, signer.public)
    sizes: dict[str, int] = {}
    for one in (*(before.losses if before is not None else ()), *losses):
        sizes[one.log] = max(one.size, sizes.get(one.log, 0))
    accepted = Accepted(log=place.origin, losses=tuple(Lost(log=log, size=size) for log, size in sorted(sizes.items())))
    sig = signer.sign(TAG + _CODEC.encode(accepted))
    write_whole(place.folder / FILE, _FILE_CODEC.encode(_Signed(accepted=accepted, sig=text(sig))), medium)
    medium.sync_folder(place.folder)


def log_before(log: str) -> str:
    """Name of the log that `log`, with a number above 0, came after."""
    return f"{log.rpartition('/')[0]}/{number_of(log) - 1}"


def why_unaccepted(place: LogPlace, identity: bytes) -> str:
    """What a person must look at: the log at `place` was begun anew, and nobody has accepted that. "" when all is well. Raises OSError."""
    if number_of(place.origin) <= 0:
        return ""
    told = _predecessor(place.folder)
    before = Lost(log=told.log, size=told.size) if told is not None else None
    try:
        accepted = read_accepted(place.folder, identity)
    except PinError as error:
        return f"what was accepted about the audit log cannot be trusted: {error.message}"
    if accepted is not None and accepted.log == place.origin and accepted.covers_beginning(before):
        return ""
    cause = f" ({told.cause})" if told is not None and told.cause else ""
    return f"the audit log was begun anew as number {number_of(place.origin)}{cause}, and nobody has accepted that; run: handrail verify"


def _predecessor(folder: Path) -> Predecessor | None:
    """What the first entry names, None where it was pruned or cannot be read."""
    first = next((one for one in list_segments(folder) if one.first == 0), None)
    if first is None:
        return None
    try:
        with open(first.path, "rb") as file:
            opened = parse(cut_line(file.readline())[0]).open
    except (BadLine, NotCanonical):
        return None
    return opened.predecessor if opened is not None else None
