"""Power loss at any moment, simulated from the recorded file calls of a real run (fault F2).

A run of the journal is recorded: every create, write, sync, rename. A crash state is a moment in that record: what was
synced before it is there; of everything else any subset of 512-byte sectors may have reached the medium, in any order,
torn, with holes of zeros; a file whose folder was not synced may be missing; a rename may or may not have happened. The
sensor then starts on each state in a new boot, and both verifiers look at what it leaves.
"""

from __future__ import annotations

import random
import shutil
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from invariants import boot, look

from sensor.audit.form.entry import EntryDraft, blank
from sensor.audit.form.errors import AuditUnavailable
from sensor.audit.form.parts import Summary
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import LogSettings, World, open_log

SECTOR = 512


@dataclass(frozen=True)
class Step:
    """One recorded file call; `data` for writes, `target` for renames."""

    what: str
    path: Path
    data: bytes = b""
    target: Path | None = None


class Recorder(Medium):
    """The real file calls, written down in the order in which they returned."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.acks: list[tuple[int, int, bytes]] = []  # (steps done when acknowledged, seq, leaf)
        self._names: dict[int, Path] = {}
        self._lock = threading.Lock()

    def _note(self, step: Step) -> None:
        with self._lock:
            self.steps.append(step)

    def create(self, path: Path) -> int:
        handle = super().create(path)
        self._names[handle] = path
        self._note(Step("create", path))
        return handle

    def reopen(self, path: Path) -> int:
        handle = super().reopen(path)
        self._names[handle] = path
        return handle

    def write(self, handle: int, data: bytes) -> int:
        done = super().write(handle, data)
        self._note(Step("write", self._names[handle], data[:done]))
        return done

    def sync(self, handle: int) -> None:
        path = self._names.get(handle)
        with self._lock:
            upto = len(self.steps)  # only what was written before the call began is covered
        super().sync(handle)
        if path is not None:
            with self._lock:
                self.steps.append(Step("sync", path, data=upto.to_bytes(8, "big")))

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self._note(Step("folder", folder))

    def replace(self, source: Path, target: Path) -> None:
        super().replace(source, target)
        self._note(Step("rename", source, target=target))

    def acknowledge(self, seq: int, leaf: bytes) -> None:
        with self._lock:
            self.acks.append((len(self.steps), seq, leaf))


@dataclass
class Disk:
    """What the medium holds of one file at the crash: synced bytes, and writes that may or may not be there."""

    data: bytearray = field(default_factory=bytearray)
    synced: int = 0
    named: bool = False


def crash_state(steps: list[Step], chance: random.Random) -> dict[Path, bytes]:
    """Files as they may lie on the medium after the last of `steps`."""
    renames = [number for number, step in enumerate(steps) if step.what == "rename"]
    lost_from = chance.choice([*renames[-3:], len(steps)])  # a folder that is not synced may forget its newest renames
    files: dict[Path, Disk] = {}
    sizes: list[dict[Path, int]] = []
    for number, step in enumerate(steps):
        sizes.append({path: len(disk.data) for path, disk in files.items()})
        if step.what == "create":
            files[step.path] = Disk()
        elif step.what == "write":
            files[step.path].data += step.data
        elif step.what == "sync" and step.path in files:
            upto = int.from_bytes(step.data, "big")
            before = sizes[upto].get(step.path, 0) if upto < len(sizes) else len(files[step.path].data)
            files[step.path].synced = max(files[step.path].synced, before)
            files[step.path].named = True  # a sync of a new file also writes its directory entry on common file systems
        elif step.what == "folder":
            for path, disk in files.items():
                disk.named |= path.parent == step.path
        elif step.what == "rename" and number < lost_from:
            files[step.target] = files.pop(step.path)
    state = {}
    for path, disk in files.items():
        if not disk.named and chance.random() < 0.5:
            continue
        state[path] = settle(disk, chance)
    return state


def settle(disk: Disk, chance: random.Random) -> bytes:
    """The synced bytes, and a random subset of the sectors behind them."""
    size = chance.choice([disk.synced, len(disk.data), chance.randint(disk.synced, len(disk.data))])
    result = bytearray(disk.data[:size])
    keep = chance.choice([0.0, 0.5, 0.9, 1.0])
    for start in range(disk.synced // SECTOR * SECTOR, size, SECTOR):
        if chance.random() > keep:
            begin, end = max(start, disk.synced), min(start + SECTOR, size)
            result[begin:end] = bytes(end - begin)
    return bytes(result)


def settings(folder: Path) -> LogSettings:
    limits = Limits(segment_bytes=30_000, epoch_entries=25)
    return LogSettings(root=folder / "log", keys=folder / "keys", limits=limits, reserve_bytes=0)


def world(name: str, medium: Medium | None = None) -> World:
    return World(clock=boot(name), medium=medium or Medium())


def record(folder: Path, chance: random.Random) -> Recorder:
    """A run of some 80 entries with decisions, rolls and rotations."""
    recorder = Recorder()
    journal = open_log(settings(folder), world("boot-1", recorder)).journal
    recorder.acknowledge(journal.size - 1, b"")
    for _ in range(80):
        decision = chance.random() < 0.25
        entry = blank("call", session="s", verdict="block" if decision else "clean", answer="deny" if decision else "allow",
                      summary=Summary(action="shell", text="x" * chance.randint(0, 1200)))
        receipt = journal.append(EntryDraft(entry=entry, decision=decision))
        if decision:
            done = threading.Event()

            def settle_ack(error: AuditUnavailable | None, receipt=receipt, done=done) -> None:
                if error is None:
                    recorder.acknowledge(receipt.seq, receipt.leaf)
                done.set()

            journal.when_durable(receipt.end, settle_ack)
            if chance.random() < 0.7:
                done.wait()
    journal.close()
    return recorder


def one_state(folder: Path, recorder: Recorder, chance: random.Random) -> tuple[int, ...]:
    """Crash, start, verify: (acknowledged, lost, exit code, that of the second, 1 = a new log was needed, tails)."""
    moment = chance.randint(20, len(recorder.steps))
    state = crash_state(recorder.steps[:moment], chance)
    for path in (folder / "log" / "0").iterdir():
        path.unlink()
    (folder / "keys" / "pin.json").unlink(missing_ok=True)
    for path, data in state.items():
        path.write_bytes(data)
        path.chmod(0o600)
    opened = open_log(settings(folder), world("boot-2"))
    opened.journal.close()
    refused = int(bool(opened.alarm))
    seen = look(folder)
    acks = {seq: leaf for step, seq, leaf in recorder.acks if step <= moment and leaf}
    tails = seen.kinds.get("crash_recovered", 0)
    if refused:
        print(opened.alarm, file=sys.stderr)
        for extra in (folder / "log").glob("[1-9]"):
            shutil.rmtree(extra)
    return len(acks), seen.lost(acks), seen.code, seen.other, refused, tails


def run(states: int, seed: int, folder: Path) -> dict[str, int]:
    """All states. Returns the table's figures."""
    chance = random.Random(seed)
    totals = {"states": states, "recorded_calls": 0, "acknowledged": 0, "lost": 0, "tampered": 0, "not_proven": 0, "differ": 0, "refused_starts": 0,
              "tails": 0}
    recorder, place = None, folder
    for number in range(states):
        if number % 100 == 0:
            place = folder / f"run-{number}"
            place.mkdir(mode=0o700)
            recorder = record(place, chance)
            totals["recorded_calls"] += len(recorder.steps)
        acknowledged, lost, code, other, refused, tails = one_state(place, recorder, chance)
        totals["acknowledged"] += acknowledged
        totals["lost"] += lost
        totals["tampered"] += code == 1
        totals["not_proven"] += code == 3
        totals["differ"] += code != other
        totals["refused_starts"] += refused
        totals["tails"] += tails
    return totals
