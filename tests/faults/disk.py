"""A disk that is full, fails or loses what was not synced, at each N-th call in turn (faults F3, F4, F5).

    python tests/faults/disk.py [--calls 40]
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from invariants import boot, call, look

from sensor.audit.form.errors import AuditUnavailable
from sensor.audit.journal.journal import Journal, Limits
from sensor.audit.journal.medium import Medium
from sensor.audit.journal.opening import LogSettings, World, open_log

ENTRIES = 36


class Failing(Medium):
    """File calls of which some fail. Counts from 1, once `armed`; remembers how much of each file was synced."""

    def __init__(self, what: str, first: int, last: int, code: int, taken: int = 0) -> None:
        self.what, self.first, self.last, self.code, self.taken = what, first, last, code, taken
        self.calls = 0
        self.armed = False
        self.synced: dict[str, int] = {}
        self._names: dict[int, Path] = {}

    def create(self, path: Path) -> int:
        handle = super().create(path)
        self._names[handle] = path
        return handle

    def reopen(self, path: Path) -> int:
        handle = super().reopen(path)
        self._names[handle] = path
        return handle

    def write(self, handle: int, data: bytes) -> int:
        if self._fails("write"):
            if 0 < self.taken < len(data) and self.calls == self.first:
                return super().write(handle, data[:self.taken])
            raise OSError(self.code, os.strerror(self.code))
        return super().write(handle, data)

    def sync(self, handle: int) -> None:
        size = os.fstat(handle).st_size
        if self._fails("sync"):
            raise OSError(self.code, os.strerror(self.code))
        super().sync(handle)
        if handle in self._names:
            self.synced[self._names[handle].name] = max(size, self.synced.get(self._names[handle].name, 0))

    def _fails(self, what: str) -> bool:
        if what != self.what or not self.armed:
            return False
        self.calls += 1
        # What takes only a part of a line fails in the next call: that is how a full disk looks.
        last = max(self.last, self.first + 1) if self.taken else self.last
        return self.first <= self.calls <= last


def settings(state: Path) -> LogSettings:
    return LogSettings(root=state / "log", keys=state / "keys", limits=Limits(segment_bytes=8_000, epoch_entries=15), reserve_bytes=0)


def produce(journal: Journal, medium: Failing, acknowledged: dict[int, bytes]) -> tuple[int, int]:
    """Append while calls fail, then go on after they work again. Returns (entries asked for, refused at once)."""
    refused = 0
    for number in range(ENTRIES):
        if number == ENTRIES - 6:
            medium.armed = False  # space is back
        decision = number % 4 == 3
        try:
            receipt = journal.append(call(number, decision))
        except AuditUnavailable:
            refused += 1
            continue
        if not decision:
            if medium.what == "write":
                acknowledged[receipt.seq] = receipt.leaf
            continue
        done, errors = threading.Event(), []
        journal.when_durable(receipt.end, lambda error, done=done, errors=errors: (errors.append(error), done.set()))
        done.wait(60)
        if errors == [None]:
            acknowledged[receipt.seq] = receipt.leaf
    return ENTRIES, refused


def one(state: Path, medium: Failing, power_cut: bool) -> dict[str, int]:
    """A run with failing calls, a restart, a look. With `power_cut`, what was never synced is gone before the restart."""
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(mode=0o700)
    acknowledged: dict[int, bytes] = {}
    opened = open_log(settings(state), World(clock=boot("boot-1"), medium=medium))
    medium.armed = True
    produced, refused = produce(opened.journal, medium, acknowledged)
    if power_cut:
        copy = state.with_name(state.name + "-cut")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(state, copy, ignore=shutil.ignore_patterns("*.new"))  # a file that is not in its place yet may be moved there meanwhile
        opened.journal.close()
        for path in copy.glob("log/0/journal-*.jsonl"):
            path.chmod(0o600)
            os.truncate(path, medium.synced.get(path.name, 0))
        state = copy
    else:
        opened.journal.close()
    again = open_log(settings(state), World(clock=boot("boot-2" if power_cut else "boot-1")))
    again.journal.close()
    seen = look(state)
    stored = seen.kinds.get("call", 0)
    return {
        "cases": 1, "refused": refused, "acknowledged": len(acknowledged), "lost": seen.lost(acknowledged), "tampered": int(seen.code == 1),
        "differ": int((seen.code == 1) != (seen.other == 1)), "uncounted": 0 if power_cut else produced - stored - seen.counted,
        "new_logs": int(again.folder.name != "0"),
    }


def run(calls: int, folder: Path) -> dict[str, int]:
    """Every fault at each of the first `calls` calls. Returns the table's figures."""
    totals: dict[str, int] = {}
    for number in range(1, calls + 1):
        faults = [
            (Failing("write", number, number, errno.ENOSPC), False),
            (Failing("write", number, number + 5, errno.ENOSPC, taken=1 + number * 13 % 200), False),
            (Failing("write", number, number + 5, errno.EROFS), False),
            (Failing("sync", number, number, errno.EIO), True),
        ]
        if number <= 4:
            faults.append((Failing("sync", number, 10**9, errno.EIO), True))
        for medium, cut in faults:
            for name, value in one(folder / "state", medium, cut).items():
                totals[name] = totals.get(name, 0) + value
    return totals


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(run(int(sys.argv[sys.argv.index("--calls") + 1]) if "--calls" in sys.argv else 40, Path(place)))
