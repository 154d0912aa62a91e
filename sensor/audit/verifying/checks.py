"""Checks that go from entry to entry: sequence, link, epochs, clocks, restarts. Used by the verifier."""

from __future__ import annotations

from typing import Any

from sensor.audit.form.clock import micros
from sensor.audit.form.keys import epoch_message, from_text, is_signed
from sensor.audit.form.notes import Checkpoint, is_signed_by
from sensor.audit.journal.pin import Pin
from sensor.audit.verifying.report import Problem

HEARTBEAT_US = 300 * 1_000_000
MAX_SILENCE_US = 3 * HEARTBEAT_US + 10_000_000


class Findings:
    """Collects what a verification finds. `tampered` returns False, so that a check can end with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.reasons: list[str] = []
        self.notes: list[str] = []

    def tampered(self, row: str, seq: int, what: str, expected: str = "", found: str = "") -> bool:
        """Evidence of tampering."""
        self.problems.append(Problem(row=row, seq=seq, what=what, expected=expected, found=found))
        return False

    def unproven(self, reason: str) -> None:
        """Something that keeps the result at "not proven"."""
        if reason not in self.reasons:
            self.reasons.append(reason)

    def note(self, text: str) -> None:
        """Something to list."""
        self.notes.append(text)


class Chain:
    """State of the chain while entries are read in order."""

    def __init__(self, identity: bytes, findings: Findings) -> None:
        """`identity` b"" = accept the identity that the log names itself."""
        self._identity, self._findings = identity, findings
        self.log, self.size, self.last_ts = "", 0, ""
        self.signing_key = b""
        self.tails: list[dict[str, Any]] = []
        self.restarts = -1
        self._prev = b""
        self._epoch, self._key, self._first = -1, b"", 0
        self._keys: list[bytes] = []
        self._boot, self._mono, self._wall = "", 0, 0
        self._kind = ""
        self._owed = self._resumed = False
        self.prunes: list[dict[str, Any]] = []
        self.predecessor: dict[str, Any] | None = None
        self.accepted: dict[str, int] = {}

    @property
    def epochs(self) -> int:
        """Epochs that signed something."""
        return len(self._keys)

    def begin(self, log: str, prev: bytes) -> None:
        """The log's name and the link of its first entry."""
        self.log, self._prev = log, prev

    def resume(self, pruned: Pin) -> None:
        """Begin behind the pruned part of a log."""
        self.begin(pruned.log, bytes.fromhex(pruned.leaf))
        self.size, self.restarts, self.last_ts = pruned.size, pruned.restarts, pruned.ts
        self._epoch, self._key, self._first = pruned.epoch, from_text(pruned.pk, 32), pruned.epoch_first
        self._kind, self._resumed = "shutdown", True  # how the pruned part ended is not known: it explains a restart

    def is_other_epoch(self, checkpoint: Checkpoint) -> bool:
        """Whether a key of another epoch of this log signed `checkpoint`."""
        return any(is_signed_by(checkpoint, self.log, key) for key in self._keys)

    def accept(self, entry: dict[str, Any], leaf: bytes) -> bool:
        """Check the next entry and move behind it; False when the chain breaks here."""
        try:
            if not (self._place(entry) and self._keys_of(entry)):
                return False
            self._clocks(entry)
            self._tell(entry)
        except (KeyError, TypeError, ValueError) as error:
            return self._findings.tampered("N13", self.size, f"malformed entry: {error!r}")
        self._prev, self.size, self._kind, self.last_ts = leaf, self.size + 1, entry["kind"], entry["ts"]
        return True

    def finish(self) -> None:
        """What is still owed at the end of the log."""
        if self._owed:
            self._findings.unproven("a restart after an unclean end is not followed by crash_recovered")

    def _place(self, entry: dict[str, Any]) -> bool:
        if entry["seq"] != self.size:
            return self._findings.tampered("N1", self.size, "wrong seq", str(self.size), str(entry["seq"]))
        if entry["log"] != self.log:
            return self._findings.tampered("N1", self.size, f"entry of log {entry['log']}")
        if entry["prev"] != self._prev.hex():
            bad = max(0, self.size - 1)
            return self._findings.tampered("N1", bad, "hash differs from the link in the next entry", entry["prev"], self._prev.hex())
        if (self.size == 0) != (entry["kind"] == "log_open" and entry["seq"] == 0):
            return self._findings.tampered("N7", self.size, "the first entry is not log_open")
        return True

    def _keys_of(self, entry: dict[str, Any]) -> bool:
        """Epoch rules: consecutive numbers, certified or announced keys, exact ranges."""
        if "open" in entry:
            if not self._opened(entry):
                return False
        elif entry["kind"] == "log_open":
            return self._findings.tampered("N7", self.size, "log_open without a key")
        if entry["epoch"] != self._epoch:
            return self._findings.tampered("N10", self.size, "wrong epoch", str(self._epoch), str(entry["epoch"]))
        self.signing_key = self._key
        if not self._keys or self._keys[-1] != self._key:
            self._keys.append(self._key)
        if "rotation" in entry:
            rotation = entry["rotation"]
            if entry["kind"] != "key_rotation" or (rotation["first"], rotation["last"]) != (self._first, self.size + 1):
                return self._findings.tampered("N11", self.size, "rotation does not end its epoch")
            self._epoch, self._key, self._first = self._epoch + 1, from_text(rotation["next_pk"], 32), self.size + 1
        return True

    def _opened(self, entry: dict[str, Any]) -> bool:
        opened = entry["open"]
        identity, key = from_text(opened["identity"], 32), from_text(opened["pk"], 32)
        if not self._identity:
            self._identity = identity
        if entry["kind"] != "log_open" or identity != self._identity:
            return self._findings.tampered("N2", self.size, "the log names another identity", self._identity.hex(), identity.hex())
        if self.size == 0 and self.log.rpartition("/")[2] != "0" and not opened.get("predecessor"):
            return self._findings.tampered("N7", 0, "a log with a number above 0 that names no log before it")
        if entry["epoch"] != self._epoch + 1 or opened["first"] != self.size:
            return self._findings.tampered("N11", self.size, "continuation is not the next epoch")
        message = epoch_message(self.log, entry["epoch"], self.size, key)
        if not is_signed(message, from_text(opened["cert"], 64), self._identity):
            return self._findings.tampered("N3", self.size, "the epoch's key is not certified by the identity")
        self._epoch, self._key, self._first = entry["epoch"], key, self.size
        return True

    def _clocks(self, entry: dict[str, Any]) -> None:
        """Order within a boot, silence, restarts."""
        kind, mono, wall = entry["kind"], entry["mono_us"], micros(entry["ts"])
        if self._owed:
            if kind != "crash_recovered":
                self._findings.unproven(f"entry {self.size}: restart after an unclean end without crash_recovered")
            self._owed = False
        if self._resumed:
            self._boot, self._mono, self._wall, self._resumed = entry["boot_id"], mono, wall, False
        same_boot = entry["boot_id"] == self._boot
        if same_boot and mono < self._mono:
            self._findings.tampered("N9", self.size, "monotonic time falls within a boot", str(self._mono), str(mono))
        if kind == "log_open":
            self.restarts += 1
            self._owed = self.size > 0 and self._kind != "shutdown"
        elif self.size and not same_boot:
            self._findings.unproven(f"entry {self.size}: another boot without a restart of the log")
        elif same_boot and mono - self._mono > MAX_SILENCE_US and kind != "clock_jump":
            self._findings.unproven(f"entry {self.size}: {(mono - self._mono) // 1_000_000} s of silence that nothing explains")
        if wall < self._wall:
            self._findings.note(f"entry {self.size}: wall clock goes back by {(self._wall - wall) // 1000} ms")
        self._boot, self._mono, self._wall = entry["boot_id"], mono, wall

    def _tell(self, entry: dict[str, Any]) -> None:
        """List what an honest log says about itself."""
        kind, seq = entry["kind"], self.size
        self.tails += entry.get("tails", [])
        self.prunes += [entry["prune"]] if "prune" in entry else []
        if kind == "gap":
            self._findings.note(f"entry {seq}: {entry['gap']['count']} entries could not be stored ({entry['gap']['cause']})")
        elif kind == "clock_jump":
            self._findings.note(f"entry {seq}: clock jump, wall {entry['clock']['wall_us']} us, monotonic {entry['clock']['mono_us']} us")
        elif kind in ("crash_recovered", "drop", "prune", "prune_unshipped", "task_keys_lost"):
            self._findings.note(f"entry {seq}: {kind}")
        if "drops" in entry:
            self._findings.note(f"entry {seq}: events lost before they became entries: {entry['drops']}")
        for lost in entry.get("accepted", []):
            self.accepted[lost["log"]] = max(lost["size"], self.accepted.get(lost["log"], 0))
            self._findings.note(f"entry {seq}: accepted as lost: {lost['size']} entries of {lost['log']} ({entry.get('note', '')})")
        if entry.get("open", {}).get("predecessor"):
            self.predecessor = entry["open"]["predecessor"]
            self._findings.note(f"entry {seq}: continues {entry['open']['predecessor']['log']}")
