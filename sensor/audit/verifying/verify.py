"""The verifier: reads a log's files, never the index, never writes. Unsigned, unknown key and skipped are failures.

Order of reading: pin, checkpoints, journal. A log that is being written only grows, so what is read later covers what
was read before. Every finding names its row of the detection table (`docs/audit-log.md`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.chain import CompactRange, leaf_hash, seed
from sensor.audit.form.clock import micros
from sensor.audit.form.entry import parse_fields
from sensor.audit.form.keys import load_public
from sensor.audit.form.notes import BadNote, Checkpoint, is_signed_by, number_of, parse_checkpoint, whole_notes
from sensor.audit.journal.checkpoints import CHECKPOINTS_FILE, checkpoint_files
from sensor.audit.journal.pin import Pin, PinError, read_pin, read_pruned
from sensor.audit.journal.reader import newest_log
from sensor.audit.journal.segments import MAX_LINE, BadLine, Segment, cut_line, list_segments
from sensor.audit.outside.witness_policy import WitnessPolicy
from sensor.audit.verifying.acceptance import Losses, accepted_in, merge
from sensor.audit.verifying.checks import Chain, Findings
from sensor.audit.verifying.other_logs import Stamp, missing_logs
from sensor.audit.verifying.report import Anchor, Problem, VerifyReport, window_behind
from sensor.audit.verifying.signatures import SignatureChecker
from sensor.model.calls import Value


class VerifyOptions(Value, frozen=True):
    """How to verify. `identity` is the trusted public key, b"" = none: then nothing better than "not proven".

    `notes` are (name, checkpoint note) pairs that lay outside the machine or were kept by an auditor. `missing` says which
    evidence was to be used and could not be: then nothing better than "not proven".
    `first`/`last` limit the signatures that are checked to [first, last); `workers` 0 = one per processor.
    `others` are of other logs of the same device, which are looked for beside this one.
    `closed` = a bundle, which nobody is writing: then nothing in it may be unfinished. With a `policy` one of the notes
    must be cosigned by its quorum.
    """

    identity: bytes = b""
    pin: Pin | None = None
    notes: tuple[tuple[str, bytes], ...] = ()
    stamps: tuple[Stamp, ...] = ()
    others: tuple[Stamp, ...] = ()
    missing: tuple[str, ...] = ()
    signatures: bool = True
    first: int = 0
    last: int = -1
    workers: int = 0
    closed: bool = False
    policy: WitnessPolicy | None = None

    @property
    def evidence(self) -> tuple[Stamp, ...]:
        """Notes and stamps alike; `at_us` is 0 where no authority vouches for a time."""
        return (*(Stamp(name=name, note=note, at_us=0, is_outside=True) for name, note in self.notes), *self.stamps)


class _Expected(msgspec.Struct, frozen=True):
    """A root that the tree must have at a size; `checkpoint` to check its signature there, `stamp` where it came from."""

    size: int
    root: bytes
    row: str
    name: str
    checkpoint: Checkpoint | None = None
    stamp: Stamp | None = None


def verify_log(folder: Path, options: VerifyOptions, now_us: int) -> VerifyReport:
    """Verify the log in `folder` (`<state>/log/<log_no>`). Raises OSError when it cannot be read."""
    return _Verification(folder, options, now_us).run()


# Clocks of a machine and an authority may differ by this much without a word.
CLOCK_US = 60 * 1_000_000

Check = Callable[[Path, VerifyOptions, int], VerifyReport]


def verify_newest(root: Path, keys: Path, options: VerifyOptions, now_us: int, check: Check = verify_log) -> VerifyReport:
    """Verify the newest log below `root` (`<state>/log`) with the identity and pin of `keys` (`<state>/keys`).

    `options.identity` and `options.pin` win where given. Raises OSError, KeyFileError. A damaged pin counts as evidence.
    """
    identity = options.identity or load_public(keys)
    try:
        pin = options.pin or read_pin(keys, identity)
    except PinError as error:
        return VerifyReport(problems=(Problem(row="N5", seq=-1, what=error.message),))
    folder = newest_log(root)
    if folder is None or (pin is not None and pin.log.rpartition("/")[2] != folder.name):
        missing = "the newest log is gone: the pin names another" if pin is not None else ""
        if pin is not None and (folder is None or int(pin.log.rpartition("/")[2]) > int(folder.name)):
            return VerifyReport(log=pin.log, problems=(Problem(row="N5", seq=-1, what=missing),))
        pin = None
    if folder is None:
        report = VerifyReport(not_proven=("there is no log",))
    else:
        report = check(folder, structs.replace(options, identity=identity, pin=pin), now_us)
        if report.log and number_of(report.log) != int(folder.name):
            what = f"log {report.log} lies in the folder of log {folder.name}"
            report = structs.replace(report, problems=(*report.problems, Problem(row="N6", seq=-1, what=what)))
    others = tuple(missing_logs(root, identity, options.others, accepted_in(folder, identity)))
    losses = merge(report.losses, (one.lost for one in others))
    return structs.replace(report, problems=(*report.problems, *(one.problem for one in others)), losses=losses)


class _Verification:
    """One run over one log, streaming."""

    def __init__(self, folder: Path, options: VerifyOptions, now_us: int) -> None:
        self._folder, self._options, self._now = folder, options, now_us
        self._findings = Findings()
        self._losses = Losses(folder, options.identity, self._findings)
        self._chain = Chain(options.identity, self._findings)
        self._tree = CompactRange()
        workers = options.workers or (os.cpu_count() or 1)
        self._signatures = SignatureChecker(workers)
        self._unsigned: list[tuple[int, str, Checkpoint]] = []
        self._tails: list[tuple[str, int, int, str]] = []
        self._published = self._notes_read = 0
        self._pruned: Pin | None = None
        self._anchored: list[Anchor] = []
        self._held: list[Checkpoint] = []

    def run(self) -> VerifyReport:
        """All steps."""
        try:
            expected = self._expectations()
            self._read(expected)
            bad = self._signatures.finish()
            if bad >= 0:
                self._findings.tampered("N3", bad, "signature missing, wrong or by an unknown key")
            self._compare_tails()
            self._judge(expected)
        finally:
            self._signatures.close()
        return self._report()

    def _expectations(self) -> list[_Expected]:
        """Roots from pin, checkpoint file and given notes, by size."""
        expected = []
        pin = self._options.pin
        for note in self._stored_notes():
            expected.append(_Expected(note.size, note.root, "N4", "checkpoint", note))
        self._published = max((one.size for one in expected), default=0)
        self._notes_read = len(expected)
        if pin is not None:
            if pin.size > self._published:
                self._findings.tampered("N5", -1, f"the pin covers {pin.size} entries, the newest checkpoint {self._published}")
            expected.append(_Expected(pin.size, bytes.fromhex(pin.root), "N5", "local pin"))
        for stamp in self._options.evidence:
            try:
                note = parse_checkpoint(stamp.note)
            except BadNote as error:
                self._findings.unproven(f"note {stamp.name} cannot be read: {error}")
                continue
            expected.append(_Expected(note.size, note.root, "N6", stamp.name, note, stamp))
        return sorted(expected, key=lambda one: one.size)

    def _stored_notes(self) -> Iterator[Checkpoint]:
        """Checkpoints of the log, in order; a torn note may end a file."""
        size = 0
        for path in checkpoint_files(self._folder):
            notes, rest = whole_notes(path.read_bytes())
            for offset, data in notes:
                try:
                    checkpoint = parse_checkpoint(data)
                except BadNote as error:
                    self._findings.tampered("N4", -1, f"{path.name} byte {offset}: {error}")
                    continue
                if checkpoint.size < size:
                    self._findings.tampered("N11", -1, f"{path.name} byte {offset}: size goes back from {size} to {checkpoint.size}")
                size = max(size, checkpoint.size)
                yield checkpoint
            if rest and (self._options.closed or self._is_stripped(path, rest)):
                self._findings.tampered("N4", -1, f"{path.name}: a checkpoint without signature")
            elif rest:
                self._findings.note(f"{path.name}: unfinished note of {len(rest)} bytes")

    def _is_stripped(self, path: Path, rest: bytes) -> bool:
        """Whether a rest without signature is no crash: that one is set aside at the next start, and no pin speaks of it yet."""
        lines = rest.split(b"\n")
        if path.name != CHECKPOINTS_FILE or not rest.endswith(b"\n") or b"\0" in rest:
            return False
        pin, size = self._options.pin, lines[1]
        return pin is None or (size.isdigit() and int(size) <= pin.size)

    def _read(self, expected: list[_Expected]) -> None:
        segments = list_segments(self._folder)
        if not segments:
            return
        if segments[0].first != 0:
            self._pruned = self._resume(segments[0].first)
            if self._pruned is None:
                return
            segments = tuple(segment for segment in segments if segment.first >= self._chain.size)
        waiting = [one for one in expected if one.size > self._chain.size]
        for index, segment in enumerate(segments):
            if segment.first != self._chain.size:
                self._findings.tampered("N1", self._chain.size, f"segment {segment.path.name} does not follow")
                return
            bound = segments[index + 1].first if index + 1 < len(segments) else None
            if not self._read_segment(segment, bound, waiting):
                return

    def _resume(self, first: int) -> Pin | None:
        """Begin behind the pruned part; None when nothing that can be trusted says that there was one."""
        if not self._options.identity:
            self._findings.unproven("a pruned log cannot be checked without a trusted identity key")
            return None
        try:
            pruned = read_pruned(self._folder, self._options.identity)
            if pruned is None or pruned.size < first:
                raise PinError(f"The log begins with entry {first}, and nothing signed says that the rest was pruned.")
            self._tree = pruned.compact_range()
        except PinError as error:
            self._findings.tampered("N7", 0, error.message)
            return None
        self._chain.resume(pruned)
        self._findings.note(f"entries before {pruned.size} were pruned")
        return pruned

    def _read_segment(self, segment: Segment, bound: int | None, waiting: list[_Expected]) -> bool:
        """Read up to `bound`; False stops the run (the rest cannot be judged)."""
        offset = 0
        with open(segment.path, "rb") as file:
            while bound is None or self._chain.size < bound:
                raw = file.readline(MAX_LINE + 1)
                if not raw.endswith(b"\n"):
                    if bound is not None or len(raw) > MAX_LINE:
                        self._findings.tampered("N1", self._chain.size, f"{segment.path.name} ends or breaks at byte {offset}")
                        return False
                    if raw and self._options.closed:
                        return self._findings.tampered("N1", self._chain.size, f"{segment.path.name}: unfinished line at byte {offset}")
                    if raw:
                        self._findings.note(f"{segment.path.name}: unfinished line of {len(raw)} bytes at {offset}, not an entry")
                    return True
                if not self._take(raw, waiting):
                    return False
                offset += len(raw)
            self._remember_tail(segment, offset, file.read)
        return True

    def _take(self, raw: bytes, waiting: list[_Expected]) -> bool:
        """Check one line; False when the chain is broken here."""
        seq = self._chain.size
        try:
            data, sig = cut_line(raw)
        except BadLine as error:
            return self._findings.tampered("N3", seq, str(error))
        try:
            entry = parse_fields(data)
        except NotCanonical as error:
            return self._findings.tampered("N15", seq, str(error))
        leaf = leaf_hash(data)
        if seq == 0:
            self._chain.begin(str(entry.get("log", "")), seed(str(entry.get("log", ""))))
        if not self._chain.accept(entry, leaf):
            return False
        last = self._options.last
        if self._options.signatures and seq >= self._options.first and (last < 0 or seq < last):
            self._signatures.add((seq, leaf, sig, self._chain.signing_key))
        self._tree.append(leaf)
        while waiting and waiting[0].size == self._tree.size:
            self._compare_root(waiting.pop(0), entry)
        return True

    def _compare_root(self, one: _Expected, entry: dict[str, Any]) -> None:
        root = self._tree.root()
        if root != one.root and self._is_excused(one):
            return
        if root != one.root:
            self._findings.tampered(one.row, one.size - 1, f"{one.name} of size {one.size} has another root", one.root.hex(), root.hex())
        elif one.checkpoint is not None and one.checkpoint.origin != self._chain.log:
            self._findings.tampered("N4", one.size - 1, f"{one.name} is of log {one.checkpoint.origin}")
        elif one.checkpoint is not None and not is_signed_by(one.checkpoint, self._chain.log, self._chain.signing_key):
            self._unsigned.append((one.size, one.name, one.checkpoint))
        elif one.name != "checkpoint":
            self._anchored.append(Anchor(name=one.name, size=one.size, ts=str(entry["ts"]), is_outside=one.stamp is not None and one.stamp.is_outside))
            if one.checkpoint is not None:
                self._held.append(one.checkpoint)
            if one.stamp is not None and one.stamp.at_us and micros(entry["ts"]) - one.stamp.at_us > CLOCK_US:
                ahead = (micros(entry["ts"]) - one.stamp.at_us) // 1_000_000
                self._findings.note(f"entry {one.size - 1}: the wall clock is {ahead} s ahead of the timestamp authority's")

    def _is_excused(self, one: _Expected) -> bool:
        """Whether a person accepted that kept evidence of this log knows more than it has."""
        is_kept = one.stamp is not None and one.checkpoint is not None and one.checkpoint.origin == self._chain.log
        return is_kept and self._losses.is_excused(self._chain.log, one.size)

    def _remember_tail(self, segment: Segment, offset: int, read: Callable[[int], bytes]) -> None:
        """Note the bytes behind the last counted line of a segment that is not the last."""
        digest, length = hashlib.sha256(), 0
        while chunk := read(1024 * 1024):
            digest.update(chunk)
            length += len(chunk)
        if length:
            self._tails.append((segment.path.name, offset, length, digest.hexdigest()))

    def _compare_tails(self) -> None:
        """Every tail must be declared by a signed entry; a tail with decisions is not proven."""
        declared = {(tail["segment"], tail["offset"]): tail for tail in self._chain.tails}
        for name, offset, length, digest in self._tails:
            tail = declared.get((name, offset))
            if tail is None or tail.get("sha256", digest) != digest:
                self._findings.tampered("N1", -1, f"{name}: {length} bytes at {offset} that no entry declares", found=digest)
                continue
            self._findings.note(f"{name}: tail of {length} bytes at {offset} ({tail['cause']})")
        for tail in self._chain.tails:
            if tail.get("decisions", 0):
                self._findings.unproven(f"{tail['segment']}: a tail holds {tail['decisions']} decisions that are not in the log")

    def _judge(self, expected: list[_Expected]) -> None:
        """What the whole says: coverage, anchors, trust."""
        size, options = self._chain.size, self._options
        for signed_size, name, checkpoint in self._unsigned:  # only now are all epochs' keys known
            row = "N10" if self._chain.is_other_epoch(checkpoint) else "N4"
            self._findings.tampered(row, signed_size - 1, f"{name} of size {signed_size} is not signed by the key of its epoch")
        beyond = [one for one in expected if one.size > size and not self._is_excused(one)]
        if beyond and not self._findings.problems:
            self._findings.tampered("N5", size, f"{beyond[0].name} covers {beyond[0].size} entries, the journal has {size}")
        self._losses.judge(self._chain, self._pruned is not None, options.closed)
        if size == 0:
            self._findings.unproven("there is nothing to verify")
        elif not self._published:
            self._findings.unproven("there is no checkpoint")
        if not self._anchored:
            self._findings.unproven("no anchor outside the log confirms it")
        if options.policy is not None and self._witnessed() is None:
            self._findings.unproven("no checkpoint is cosigned by the quorum of the policy")
        for reason in options.missing:
            self._findings.unproven(reason)
        if not options.identity:
            self._findings.unproven("no trusted identity key was given; the log vouches for itself")
        if not options.signatures or options.first > 0 or options.last >= 0:
            self._findings.unproven("not all signatures were checked, as requested")
        pruned = self._pruned
        if pruned is not None and not any((one["to_seq"], one["root"]) == (pruned.size, pruned.root) for one in self._chain.prunes):
            self._findings.tampered("N7", pruned.size - 1, "no entry of the log says that the part before was pruned")
        self._chain.finish()

    def _witnessed(self) -> Checkpoint | None:
        """The newest note that holds and that the policy's quorum cosigned."""
        policy = self._options.policy
        held = [note for note in self._held if policy is not None and policy.is_satisfied(note)]
        return max(held, key=lambda note: note.size, default=None)

    def _report(self) -> VerifyReport:
        witnessed, policy = self._witnessed(), self._options.policy
        chain = self._chain
        return VerifyReport(
            log=chain.log, entries=chain.size, first=self._pruned.size if self._pruned else 0, last_ts=chain.last_ts,
            epochs=chain.epochs, restarts=chain.restarts,
            checkpoints=self._notes_read, published=self._published, anchors=tuple(self._anchored),
            window=window_behind(self._anchored, chain.size, self._now),
            outside_window=window_behind((one for one in self._anchored if one.is_outside), chain.size, self._now),
            unpublished=max(0, chain.size - self._published), signatures_checked=self._signatures.checked,
            witnessed=witnessed.size if witnessed is not None else 0,
            witnesses=policy.cosigners(witnessed) if policy is not None and witnessed is not None else (),
            problems=tuple(sorted(self._findings.problems, key=lambda problem: (problem.seq < 0, problem.seq))),
            not_proven=tuple(self._findings.reasons), notes=tuple(self._findings.notes), losses=self._losses.found,
        )
