"""Make bundles: copies of a log, or of some entries with their proofs, that `handrail verify` accepts anywhere."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from sensor.audit.form.entry import parse
from sensor.audit.form.keys import load_public
from sensor.audit.form.notes import Checkpoint, parse_checkpoint, whole_notes
from sensor.audit.form.proofs import Tree
from sensor.audit.journal.acceptance import FILE as ACCEPTED_FILE
from sensor.audit.journal.bundle import (
    CHECKPOINT,
    ENTRIES,
    FORMAT,
    MANIFEST,
    MANIFEST_CODEC,
    PROOF_CODEC,
    PROOFS,
    SELECTED,
    WHOLE,
    Manifest,
    Proof,
    end_members,
    write_member,
)
from sensor.audit.journal.checkpoints import CHECKPOINTS_FILE, checkpoint_files
from sensor.audit.journal.pin import FILE as PIN_FILE
from sensor.audit.journal.pin import PRUNED_FILE, read_pruned
from sensor.audit.journal.reader import JournalReader
from sensor.audit.journal.segments import Line, list_segments, render_line
from sensor.export.records import Choice, Selection
from sensor.model.calls import Value
from sensor.model.errors import HandrailError

_CHUNK = 1024 * 1024


class NothingToBundle(HandrailError):
    """There is no log, no checkpoint yet, or no entry that was asked for."""


class Made(Value):
    """What a bundle holds."""

    kind: str
    log: str
    entries: int
    checkpoint: int


def write_log_bundle(folder: Path, keys: Path, out: BinaryIO) -> Made:
    """Bundle the whole log in `folder`; what the sensor writes meanwhile is left out. Raises NothingToBundle, OSError."""
    pin = _pin(keys, folder)
    notes = _notes(folder)
    sizes, entries = _whole_lines(folder)
    manifest = Manifest(format=FORMAT, kind=WHOLE, log=notes[-1][0].origin, checkpoint=notes[-1][0].size, entries=entries)
    _put(out, MANIFEST, MANIFEST_CODEC.encode(manifest))
    if pin:
        _put(out, PIN_FILE, pin)
    _put_signed(out, folder, PRUNED_FILE, ACCEPTED_FILE)
    _put(out, CHECKPOINTS_FILE, b"".join(note + b"\n" for _, note in notes))
    for path, size in sizes:
        write_member(out, path.name, _read(path, size), size)
    end_members(out)
    return Made(kind=WHOLE, log=manifest.log, entries=entries, checkpoint=manifest.checkpoint)


def write_entries_bundle(folder: Path, keys: Path, wanted: Selection, out: BinaryIO) -> Made:
    """Bundle the selected entries with their proofs, and the entries that show whose keys signed them."""
    pin = _pin(keys, folder)
    checkpoint, note = _notes(folder)[-1]
    choice = Choice(wanted)
    leaves, chosen, keyed, epochs = bytearray(), [], [], set()
    with JournalReader(folder) as reader:
        for line in reader.lines():
            if line.seq >= checkpoint.size:
                break
            leaves += line.leaf
            if line.seq == checkpoint.size - 1 or b'"open":' in line.entry or b'"rotation":' in line.entry or _maybe(wanted, line):
                entry = parse(line.entry)
                if choice.takes(entry) or line.seq == checkpoint.size - 1:
                    chosen.append(line)
                    epochs.add(entry.epoch)
                if entry.open is not None or entry.rotation is not None:
                    keyed.append((entry.epoch, entry.open is not None, line))
    pruned = read_pruned(folder, load_public(keys))
    first, peaks = (pruned.size, tuple(pruned.compact_range().peaks)) if pruned else (0, ())
    if first + len(leaves) // 32 != checkpoint.size or not chosen:
        raise NothingToBundle("The journal does not reach its newest checkpoint.", next_step="Run 'handrail verify'.")
    lines = sorted({line.seq: line for line in (*chosen, *_evidence(keyed, epochs))}.values(), key=lambda line: line.seq)
    tree = Tree((bytes(leaves[at:at + 32]) for at in range(0, len(leaves), 32)), first, peaks)
    manifest = Manifest(format=FORMAT, kind=SELECTED, log=checkpoint.origin, checkpoint=checkpoint.size, entries=len(lines))
    _put(out, MANIFEST, MANIFEST_CODEC.encode(manifest))
    if pin and _fits(pin, checkpoint):
        _put(out, PIN_FILE, pin)
    _put_signed(out, folder, PRUNED_FILE)
    _put(out, CHECKPOINT, note)
    _put_spooled(out, ENTRIES, (render_line(line.entry, line.sig) for line in lines))
    _put_spooled(out, PROOFS, (_proof(tree, line.seq, checkpoint.size) for line in lines))
    end_members(out)
    return Made(kind=SELECTED, log=manifest.log, entries=len(lines), checkpoint=checkpoint.size)


def _maybe(wanted: Selection, line: Line) -> bool:
    """Cheap test before decoding: a session's name must stand in the bytes."""
    return not wanted.session or wanted.session.encode("utf-8") in line.entry or b'"kind":"approval"' in line.entry or not wanted.session.isascii()


def _evidence(keyed: list[tuple[int, bool, Line]], epochs: set[int]) -> Iterator[Line]:
    """For each epoch that signed something: its last `log_open` before, and the rotations that lead on from there."""
    by_epoch = {epoch: line for epoch, opens, line in keyed if opens}
    rotations = {epoch: line for epoch, opens, line in keyed if not opens}
    for epoch in epochs:
        start = epoch
        while start not in by_epoch and start - 1 in rotations:
            start -= 1
            yield rotations[start]
        if start in by_epoch:  # else the pruned part ended in this epoch, and its signed state names the key
            yield by_epoch[start]


def _proof(tree: Tree, seq: int, size: int) -> bytes:
    path = tuple(base64.b64encode(step).decode("ascii") for step in tree.path(seq, size))
    return PROOF_CODEC.encode(Proof(seq=seq, path=path)) + b"\n"


def _pin(keys: Path, folder: Path) -> bytes:
    """The pin's file when it is of this log, else b""."""
    try:
        data = (keys / PIN_FILE).read_bytes()
    except FileNotFoundError:
        return b""
    return data if f'/{folder.name}"'.encode() in data else b""


def _fits(pin: bytes, checkpoint: Checkpoint) -> bool:
    return f'"size":{checkpoint.size},'.encode() in pin and checkpoint.root.hex().encode() in pin


def _notes(folder: Path) -> list[tuple[Checkpoint, bytes]]:
    notes = [note for path in checkpoint_files(folder) for _, note in whole_notes(path.read_bytes())[0]]
    if not notes:
        raise NothingToBundle("There is no checkpoint yet, so nothing could be proved.", next_step="Wait for a minute, then try again.")
    return [(parse_checkpoint(note), note) for note in notes]


def _whole_lines(folder: Path) -> tuple[list[tuple[Path, int]], int]:
    """Segments with the bytes to copy (all of them, and of the last one whole lines), and the number of entries."""
    segments = list_segments(folder)
    sizes = [(segment.path, segment.path.stat().st_size) for segment in segments[:-1]]
    last, entries = segments[-1], segments[-1].first
    length = 0
    with open(last.path, "rb") as file:
        for raw in file:
            if not raw.endswith(b"\n"):
                break
            length, entries = length + len(raw), entries + 1
    return [*sizes, (last.path, length)], entries


def _read(path: Path, size: int) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while size:
            chunk = file.read(min(size, _CHUNK))
            if not chunk:
                return
            size -= len(chunk)
            yield chunk


def _put_signed(out: BinaryIO, folder: Path, *names: str) -> None:
    """What the identity signed about the log's beginning, where it did."""
    for name in names:
        if (folder / name).exists():
            _put(out, name, (folder / name).read_bytes())


def _put(out: BinaryIO, name: str, data: bytes) -> None:
    write_member(out, name, (data,), len(data))


def _put_spooled(out: BinaryIO, name: str, chunks: Iterable[bytes]) -> None:
    """A member whose size is known only at its end."""
    with tempfile.TemporaryFile() as spool:
        for chunk in chunks:
            spool.write(chunk)
        size = spool.tell()
        spool.seek(0)
        write_member(out, name, iter(lambda: spool.read(_CHUNK), b""), size)
