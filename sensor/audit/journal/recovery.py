"""At start: find where the log ends, and whether it ended well. Reads the lines behind the pin; writes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.chain import CompactRange, leaf_hash, seed
from sensor.audit.form.entry import AuditEntry, parse, render
from sensor.audit.form.errors import LogDamaged
from sensor.audit.form.keys import ENTRY_TAG, epoch_message, from_text, is_signed, text
from sensor.audit.form.notes import BadNote, parse_checkpoint
from sensor.audit.form.parts import Tail
from sensor.audit.journal.checkpoints import LogPlace, last_note
from sensor.audit.journal.pin import Pin, read_pruned
from sensor.audit.journal.reader import Position
from sensor.audit.journal.segments import MAX_LINE, BadLine, cut_line, list_segments, segment_name
from sensor.model.calls import Value

DECIDING = ("quarantine", "block")


class Recovered(Value, frozen=True):
    """Where a log stands. `published` is the tree at the pin, `position` where the lines behind it begin.

    `size`, `leaf`, `epoch`, `last` describe the last good entry (None in an empty log); `tails` what lies behind it.
    `begun_ts` is the first entry's time of the open segment.
    """

    size: int
    leaf: bytes
    epoch: int
    restarts: int
    published: CompactRange
    published_leaf: bytes
    position: Position
    end: Position
    last: AuditEntry | None
    tails: tuple[Tail, ...] = ()
    begun_ts: str = ""


class _State(msgspec.Struct):
    """The chain while it is read forward."""

    size: int
    leaf: bytes
    epoch: int
    public: bytes
    restarts: int
    first: int = 0
    last: AuditEntry | None = None
    declared: set[tuple[str, int]] = msgspec.field(default_factory=set)


def recover(place: LogPlace, identity: bytes, pin: Pin | None, boot_id: str) -> Recovered:
    """Read `place`'s log forward from the pin (None: from its beginning). Raises LogDamaged, never repairs."""
    state, position, tree = _start(place, pin or read_pruned(place.folder, identity))
    published_leaf = state.leaf
    known = _last_checkpoint(place)
    if pin is not None and known[0] < pin.size:
        raise LogDamaged("the newest checkpoint is missing", "checkpoints.txt")
    first, tail, begun = position, None, ""
    left: list[Tail] = []
    segments = [segment for segment in list_segments(place.folder) if segment.path.name >= position.segment]
    if not segments and (pin is not None and pin.size):
        raise LogDamaged(f"segment {position.segment} is missing")
    running = CompactRange(tree.size, tree.peaks)
    for index, segment in enumerate(segments):
        start = position.offset if segment.path.name == position.segment else 0
        bound = segments[index + 1].first if index + 1 < len(segments) else None
        if segment.path.name != position.segment and segment.first != state.size:
            raise LogDamaged(f"entries before {segment.first} are missing", segment.path.name)
        reading = _Reading(place=place, identity=identity, path=segment.path, bound=bound, known=known)
        position, tail = _read_segment(reading, state, running, start)
        if tail is not None and bound is not None and state.size != bound:
            raise LogDamaged(f"entry {state.size} is damaged", segment.path.name)
        if bound is not None and segment.path.stat().st_size > position.offset:
            left.append(_tail(segment.path, position.offset, state.size))
        begun = _first_ts(segment.path)
    # A start that was killed too may have begun a segment without declaring what the one before it ends with.
    left = [one for one in left if (one.segment, one.offset) not in state.declared]
    _check_end(place, state, known, tail, boot_id)
    return Recovered(
        size=state.size, leaf=state.leaf, epoch=state.epoch, restarts=state.restarts, published=tree,
        published_leaf=published_leaf, position=first, end=position, last=state.last,
        tails=(*left, *((tail,) if tail is not None else ())), begun_ts=begun,
    )


def state_at(place: LogPlace, identity: bytes, cut: int) -> Pin:
    """State of the log before entry `cut`, which begins a segment. Raises LogDamaged when the entries before it do not hold."""
    state, position, tree = _start(place, read_pruned(place.folder, identity))
    for segment in list_segments(place.folder):
        if position.seq <= segment.first < cut:
            bound = next(one.first for one in list_segments(place.folder) if one.first > segment.first)
            reading = _Reading(place=place, identity=identity, path=segment.path, bound=bound, known=(0, b""))
            _read_segment(reading, state, tree, 0)
    if state.size != cut or state.last is None:
        raise LogDamaged(f"entry {state.size} is damaged")
    return Pin(
        log=place.origin, size=cut, root=tree.root().hex(), peaks=tuple(peak.hex() for peak in tree.peaks), segment=segment_name(cut), offset=0,
        leaf=state.leaf.hex(), epoch=state.epoch, epoch_first=state.first, pk=text(state.public), boot_id=state.last.boot_id,
        restarts=state.restarts, ts=state.last.ts,
    )


class _Reading(Value, frozen=True):
    """What reading one segment needs to know: `bound` is where the next one begins, `known` the last checkpoint."""

    place: LogPlace
    identity: bytes
    path: Path
    bound: int | None
    known: tuple[int, bytes]


def _start(place: LogPlace, pin: Pin | None) -> tuple[_State, Position, CompactRange]:
    if pin is None:
        state = _State(size=0, leaf=seed(place.origin), epoch=-1, public=b"", restarts=-1)
        return state, Position(), CompactRange()
    tree = pin.compact_range()
    state = _State(size=pin.size, leaf=bytes.fromhex(pin.leaf), epoch=pin.epoch, public=from_text(pin.pk, 32),
                   restarts=pin.restarts, first=pin.epoch_first)
    if pin.offset:
        state.last = _line_before(place.folder / pin.segment, pin)
        if state.last.rotation is not None:  # the pinned entry was the last of its epoch: the next key goes on
            state.epoch, state.public, state.first = pin.epoch + 1, from_text(state.last.rotation.next_pk, 32), pin.size
    return state, Position(segment=pin.segment, offset=pin.offset, seq=pin.size), tree


def _line_before(path: Path, pin: Pin) -> AuditEntry:
    """The entry that ends at the pin's place. Raises LogDamaged unless its leaf is the pinned one."""
    begin = max(0, pin.offset - MAX_LINE)
    try:
        with open(path, "rb") as file:
            file.seek(begin)
            data = file.read(pin.offset - begin)
    except FileNotFoundError as error:
        raise LogDamaged(f"segment {path.name} is missing") from error
    line = data[data.rfind(b"\n", 0, -1) + 1:]
    try:
        data, _ = cut_line(line)
        entry = parse(data)
    except (BadLine, NotCanonical) as error:
        raise LogDamaged(f"entry {pin.size - 1} is not where the pin has it", path.name) from error
    if len(line) == 0 or leaf_hash(data).hex() != pin.leaf:
        raise LogDamaged(f"entry {pin.size - 1} is not the one that was pinned", path.name)
    return entry


def _read_segment(reading: _Reading, state: _State, tree: CompactRange, start: int) -> tuple[Position, Tail | None]:
    """Read entries into `state` until the segment's end, its bound, or the first bad line."""
    offset = start
    with open(reading.path, "rb") as file:
        file.seek(start)
        while reading.bound is None or state.size < reading.bound:
            raw = file.readline(MAX_LINE + 1)
            if not raw:
                break
            if not _accept(reading, state, raw):
                return _position(reading.path, offset, state), _tail(reading.path, offset, state.size)
            offset += len(raw)
            tree.append(state.leaf)
            if tree.size == reading.known[0] and tree.root() != reading.known[1]:
                raise LogDamaged(f"the first {tree.size} entries do not give the root of their checkpoint", reading.path.name)
    return _position(reading.path, offset, state), None


def _position(path: Path, offset: int, state: _State) -> Position:
    return Position(segment=path.name, offset=offset, seq=state.size)


def _accept(reading: _Reading, state: _State, raw: bytes) -> bool:
    """Whether `raw` is the next entry; then `state` moves behind it."""
    try:
        data, sig = cut_line(raw)
        entry = parse(data)
        if render(entry) != data:
            return False
    except (BadLine, NotCanonical):
        return False
    if entry.seq != state.size or entry.prev != state.leaf.hex() or entry.log != reading.place.origin:
        return False
    epoch, public, restarts, first = state.epoch, state.public, state.restarts, state.first
    if entry.open is not None:
        epoch, restarts = entry.epoch, entry.open.restarts
        opened = _opened_key(reading, entry)
        if opened is None or epoch != state.epoch + 1:
            return False
        public, first = opened, entry.seq
    leaf = leaf_hash(data)
    if entry.epoch != epoch or not is_signed(ENTRY_TAG + leaf, sig, public):
        return False
    if entry.rotation is not None:
        try:
            epoch, public, first = entry.epoch + 1, from_text(entry.rotation.next_pk, 32), entry.seq + 1
        except ValueError:
            return False
    state.size, state.leaf, state.epoch, state.public, state.restarts = state.size + 1, leaf, epoch, public, restarts
    state.first, state.last = first, entry
    state.declared.update((one.segment, one.offset) for one in entry.tails)
    return True


def _opened_key(reading: _Reading, entry: AuditEntry) -> bytes | None:
    """The certified key of a `log_open`, None when the identity did not certify it."""
    assert entry.open is not None
    try:
        public, cert = from_text(entry.open.pk, 32), from_text(entry.open.cert, 64)
    except ValueError:
        return None
    message = epoch_message(entry.log, entry.epoch, entry.seq, public)
    return public if entry.open.first == entry.seq and is_signed(message, cert, reading.identity) else None


def _tail(path: Path, offset: int, size: int) -> Tail:
    """Describe everything from `offset` to the end of the file."""
    digest, entries, decisions, length = hashlib.sha256(), 0, 0, 0
    with open(path, "rb") as file:
        file.seek(offset)
        while raw := file.readline(MAX_LINE + 1):
            digest.update(raw)
            length += len(raw)
            try:
                entry = parse(cut_line(raw)[0])
            except (BadLine, NotCanonical):
                continue
            entries += 1
            decisions += entry.verdict in DECIDING or entry.answer in ("ask", "deny")
    return Tail(segment=path.name, offset=offset, bytes=length, cause="crash", sha256=digest.hexdigest(), entries=entries,
                decisions=decisions)


def _last_checkpoint(place: LogPlace) -> tuple[int, bytes]:
    """Size and root of the newest whole note; (0, b"") when there is none. Raises LogDamaged for a malformed file."""
    note = last_note(place.folder)
    if not note:
        return 0, b""
    try:
        checkpoint = parse_checkpoint(note)
    except BadNote as error:
        raise LogDamaged(f"the checkpoint file is malformed ({error})", "checkpoints.txt") from error
    return checkpoint.size, checkpoint.root


def _check_end(place: LogPlace, state: _State, known: tuple[int, bytes], tail: Tail | None, boot_id: str) -> None:
    """Tell a crash from corruption. Raises LogDamaged."""
    damaged = tail.segment if tail is not None else ""
    if state.size < known[0]:
        raise LogDamaged(f"entries {state.size} to {known[0] - 1} are missing although a checkpoint covers them", damaged)
    if tail is None or state.last is None or state.last.boot_id != boot_id:
        return
    with open(place.folder / tail.segment, "rb") as file:
        file.seek(tail.offset)
        if b"\n" in file.read(MAX_LINE):
            raise LogDamaged(f"entry {state.size} is damaged, and no power was lost since it was written", tail.segment)


def _first_ts(path: Path) -> str:
    """Time of the first entry of a segment, "" when it has none."""
    with open(path, "rb") as file:
        raw = file.readline(MAX_LINE + 1)
    try:
        return parse(cut_line(raw)[0]).ts
    except (BadLine, NotCanonical):
        return ""
