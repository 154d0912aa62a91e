"""Verify a bundle, offline and on any machine: a whole log like `verify`, selected entries by their inclusion proofs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import structs

from sensor.audit.form.canonical import NotCanonical
from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.entry import parse_fields
from sensor.audit.form.keys import epoch_message, from_text, is_signed
from sensor.audit.form.notes import BadNote, Checkpoint, is_signed_by, parse_checkpoint
from sensor.audit.form.proofs import root_from_path
from sensor.audit.journal.bundle import (
    CHECKPOINT,
    ENTRIES,
    PROOF_CODEC,
    PROOFS,
    WHOLE,
    BadBundle,
    Manifest,
    Proof,
    read_manifest,
    unpack,
)
from sensor.audit.journal.pin import Pin, PinError, read_pin, read_pruned
from sensor.audit.journal.segments import MAX_LINE, BadLine, cut_line
from sensor.audit.verifying.checks import Findings
from sensor.audit.verifying.report import Anchor, Problem, VerifyReport, window_behind
from sensor.audit.verifying.signatures import SignatureChecker
from sensor.audit.verifying.verify import Stamp, VerifyOptions, verify_log
from sensor.model.errors import in_words


def verify_bundle(path: Path, options: VerifyOptions, now_us: int) -> VerifyReport:
    """Verify the bundle file `path`. Damage is a report with exit code 1. Raises OSError when it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="handrail-verify-") as place:
        folder = Path(place)
        try:
            with open(path, "rb") as file:
                unpack(file, folder)
            manifest = read_manifest(folder)
            options = structs.replace(options, pin=read_pin(folder, options.identity) if options.identity else None, closed=True)
        except (BadBundle, PinError) as error:
            return VerifyReport(problems=(Problem(row="N1", seq=-1, what=error.message),))
        if manifest.kind == WHOLE:
            return _compared(verify_log(folder, options, now_us), manifest)
        return _Selected(folder, manifest, options, now_us).run()


def _compared(report: VerifyReport, manifest: Manifest) -> VerifyReport:
    """The report, with a problem when the bundle does not hold what it says."""
    says, holds = (manifest.log, manifest.entries, manifest.checkpoint), (report.log, report.entries, report.published)
    if says == holds:
        return report
    problem = Problem(row="N1", seq=-1, what="the bundle does not hold what its manifest says", expected=str(says), found=str(holds))
    return structs.replace(report, problems=(*report.problems, problem))


class _Epochs:
    """Public keys by epoch, each with the first seq it may sign; learnt from certified and announced keys."""

    def __init__(self, identity: bytes, log: str, findings: Findings) -> None:
        self._identity, self._log, self._findings = identity, log, findings
        self._keys: dict[int, tuple[bytes, int]] = {}
        self._ends: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def key_of(self, epoch: int, seq: int) -> bytes:
        """The key that must have signed entry `seq` of `epoch`; b"" when this bundle does not show it."""
        key, first = self._keys.get(epoch, (b"", 0))
        return key if first <= seq < self._ends.get(epoch, seq + 1) else b""

    def learn_pruned(self, pruned: Pin) -> None:
        """The signed end of a pruned part names the key that went on."""
        self._keys[pruned.epoch] = (from_text(pruned.pk, 32), pruned.epoch_first)

    def learn_opened(self, entry: dict[str, Any]) -> bool:
        """A `log_open` brings a key that the identity certified for this place."""
        opened, seq = entry["open"], entry["seq"]
        identity, key = from_text(opened["identity"], 32), from_text(opened["pk"], 32)
        self._identity = self._identity or identity
        if entry["kind"] != "log_open" or identity != self._identity or opened["first"] != seq:
            return self._findings.tampered("N2", seq, "the log names another identity", self._identity.hex(), identity.hex())
        if not is_signed(epoch_message(self._log, entry["epoch"], seq, key), from_text(opened["cert"], 64), self._identity):
            return self._findings.tampered("N3", seq, "the epoch's key is not certified by the identity")
        self._keys[entry["epoch"]] = (key, seq)
        return True

    def learn_rotation(self, entry: dict[str, Any]) -> bool:
        """A `key_rotation` ends its epoch and names the next key."""
        rotation, epoch, seq = entry["rotation"], entry["epoch"], entry["seq"]
        if entry["kind"] != "key_rotation" or rotation["last"] != seq + 1 or epoch in self._ends:
            return self._findings.tampered("N11", seq, "rotation does not end its epoch")
        self._ends[epoch] = seq + 1
        self._keys[epoch + 1] = (from_text(rotation["next_pk"], 32), seq + 1)
        return True


class _Selected:
    """One run over a bundle of selected entries, streaming."""

    def __init__(self, folder: Path, manifest: Manifest, options: VerifyOptions, now_us: int) -> None:
        self._folder, self._manifest, self._options, self._now = folder, manifest, options, now_us
        self._findings = Findings()
        self._epochs = _Epochs(options.identity, manifest.log, self._findings)
        self._signatures = SignatureChecker(options.workers or os.cpu_count() or 1)
        self._count, self._last_seq, self._last_ts, self._last_key = 0, -1, "", b""
        self._anchored: list[Anchor] = []
        self._held: list[Checkpoint] = []

    def run(self) -> VerifyReport:
        """All steps."""
        checkpoint = self._checkpoint()
        self._learn_pruned()
        try:
            if checkpoint is not None:
                self._read(checkpoint)
                bad = self._signatures.finish()
                if bad >= 0:
                    self._findings.tampered("N3", bad, "signature missing, wrong or by an unknown key")
                if not self._findings.problems:
                    self._judge(checkpoint)
        finally:
            self._signatures.close()
        size = checkpoint.size if checkpoint else 0
        report = VerifyReport(
            log=self._manifest.log, entries=self._count, last_ts=self._last_ts, epochs=len(self._epochs), checkpoints=1, published=size,
            anchors=tuple(self._anchored), window=window_behind(self._anchored, size, self._now),
            outside_window=window_behind((one for one in self._anchored if one.is_outside), size, self._now),
            signatures_checked=self._signatures.checked, problems=tuple(self._findings.problems),
            not_proven=tuple(self._findings.reasons), notes=tuple(self._findings.notes),
        )
        return _compared(report, self._manifest)

    def _learn_pruned(self) -> None:
        if self._options.identity:
            try:
                pruned = read_pruned(self._folder, self._options.identity)
            except PinError as error:
                self._findings.tampered("N7", -1, error.message)
                return
            if pruned is not None:
                self._epochs.learn_pruned(pruned)

    def _checkpoint(self) -> Checkpoint | None:
        try:
            checkpoint = parse_checkpoint((self._folder / CHECKPOINT).read_bytes())
        except (OSError, BadNote) as error:
            self._findings.tampered("N4", -1, f"the checkpoint cannot be read: {in_words(error)}")
            return None
        if checkpoint.origin != self._manifest.log:
            self._findings.tampered("N4", -1, f"the checkpoint is of log {checkpoint.origin}")
            return None
        return checkpoint

    def _read(self, checkpoint: Checkpoint) -> None:
        for line, proof_line in self._pairs():
            try:
                data, sig = cut_line(line)
                entry, leaf = parse_fields(data), leaf_hash(data)
                proof: Proof = PROOF_CODEC.decode(proof_line[:-1])
                if PROOF_CODEC.encode(proof) + b"\n" != proof_line:
                    raise NotCanonical("a proof in another form")
                key = self._key_of(entry, proof, leaf, checkpoint)
            except (BadLine, NotCanonical, ValueError, KeyError, TypeError) as error:
                self._findings.tampered("N15", self._last_seq + 1, f"line {self._count + 1} of the bundle: {error}")
                return
            if not key:
                return
            self._signatures.add((entry["seq"], leaf, sig, key))
            self._count, self._last_seq, self._last_ts, self._last_key = self._count + 1, entry["seq"], entry["ts"], key

    def _key_of(self, entry: dict[str, Any], proof: Proof, leaf: bytes, checkpoint: Checkpoint) -> bytes:
        """Check an entry's place and proof; the key that must have signed it, b"" when something is wrong with it."""
        seq, epochs, findings = entry["seq"], self._epochs, self._findings
        if entry["log"] != self._manifest.log or seq != proof.seq or seq <= self._last_seq:
            findings.tampered("N1", seq, "entry of another log, or out of order")
            return b""
        root = root_from_path(leaf, seq, checkpoint.size, [from_text(step, 32) for step in proof.path])
        if root != checkpoint.root:
            findings.tampered("N1", seq, "its proof does not lead to the checkpoint", checkpoint.root.hex(), root.hex())
            return b""
        if "open" in entry and not epochs.learn_opened(entry):
            return b""
        key = epochs.key_of(entry["epoch"], seq)
        if not key:
            findings.tampered("N3", seq, f"no certified key of epoch {entry['epoch']} may sign it")
        elif "rotation" in entry and not epochs.learn_rotation(entry):
            return b""
        return key

    def _pairs(self) -> Iterator[tuple[bytes, bytes]]:
        with open(self._folder / ENTRIES, "rb") as entries, open(self._folder / PROOFS, "rb") as proofs:
            while True:
                line, proof = entries.readline(MAX_LINE + 1), proofs.readline(MAX_LINE)
                if not line and not proof:
                    return
                yield line, proof

    def _judge(self, checkpoint: Checkpoint) -> None:
        """Trust: the checkpoint's signature, and whether anything outside the bundle stands behind it."""
        if self._last_seq != checkpoint.size - 1:
            self._findings.tampered("N4", -1, "the entry that the checkpoint ends with is missing: its key cannot be known")
            return
        if not is_signed_by(checkpoint, self._manifest.log, self._last_key):
            self._findings.tampered("N4", checkpoint.size - 1, "the checkpoint is not signed by the key of its epoch")
            return
        pin = self._options.pin
        if pin is not None:
            if (pin.log, pin.size, pin.root) == (self._manifest.log, checkpoint.size, checkpoint.root.hex()):
                self._anchored.append(Anchor(name="pin of the device", size=pin.size, ts=pin.ts, is_outside=False))
            else:
                self._findings.tampered("N5", -1, f"the pin is of size {pin.size} and does not fit the checkpoint of size {checkpoint.size}")
        for stamp in self._options.evidence:
            self._compare_note(stamp, checkpoint)
        for reason in self._options.missing:
            self._findings.unproven(reason)
        if not self._anchored:
            self._findings.unproven("no anchor outside the log confirms it")
        policy = self._options.policy
        if policy is not None and not any(policy.is_satisfied(note) for note in self._held):
            self._findings.unproven("the checkpoint is not cosigned by the quorum of the policy")
        if not self._options.identity:
            self._findings.unproven("no trusted identity key was given; the bundle vouches for itself")
        self._findings.note(f"{self._count} entries of a log of {checkpoint.size}: each is proven, that none was left out is not")

    def _compare_note(self, stamp: Stamp, checkpoint: Checkpoint) -> None:
        name = stamp.name
        try:
            note = parse_checkpoint(stamp.note)
        except BadNote as error:
            self._findings.unproven(f"note {name} cannot be read: {error}")
            return
        if (note.origin, note.size) != (checkpoint.origin, checkpoint.size):
            self._findings.unproven(f"note {name} is of another size than the bundle's checkpoint: compare it with a bundle of the whole log")
        elif note.root != checkpoint.root:
            self._findings.tampered("N6", checkpoint.size - 1, f"note {name} has another root", note.root.hex(), checkpoint.root.hex())
        else:
            self._anchored.append(Anchor(name=name, size=note.size, ts=self._last_ts, is_outside=stamp.is_outside))
            self._held.append(note)
