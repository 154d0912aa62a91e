"""What people and other programs do to a log: copies put back, clones, two sensors, flipped bits, clocks (F6, F7, F8, F15).

    python tests/faults/states.py [--runs 50]
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from invariants import call, look

from sensor.audit.form.clock import Clock
from sensor.audit.form.errors import LogLocked
from sensor.audit.form.keys import load_public
from sensor.audit.journal.checkpoints import last_note
from sensor.audit.journal.journal import Limits
from sensor.audit.journal.opening import LogSettings, Opened, World, open_log
from sensor.audit.journal.pin import read_pin
from sensor.audit.verifying.verify import VerifyOptions, verify_log
from sensor.store import tables
from sensor.store.indexer import IndexerConfig, is_usable, rebuild

Totals = dict[str, int]


def start(state: Path, clock: Clock | None = None) -> Opened:
    settings = LogSettings(root=state / "log", keys=state / "keys", limits=Limits(segment_bytes=15_000, epoch_entries=20), reserve_bytes=0)
    return open_log(settings, World(clock=clock) if clock else None)


def write(state: Path, count: int) -> None:
    """A run of the sensor that ends properly."""
    state.mkdir(mode=0o700, exist_ok=True)
    journal = start(state).journal
    for number in range(count):
        journal.append(call(number, number % 5 == 4))
    journal.close()


def exit_code(state: Path, log: Path, notes: tuple[tuple[str, bytes], ...] = (), pinned: bool = True) -> int:
    public = load_public(state / "keys")
    pin = read_pin(state / "keys", public) if pinned else None
    return verify_log(log, VerifyOptions(identity=public, pin=pin, notes=notes, workers=1), 0).exit_code


def old_copy(state: Path, chance: random.Random) -> Totals:
    """The log of an earlier day is put back. The verifier and the next start must both say so."""
    write(state, chance.randint(1, 20))
    kept = state / "kept"
    shutil.copytree(state / "log" / "0", kept)
    write(state, chance.randint(1, 20))
    shutil.rmtree(state / "log" / "0")
    kept.rename(state / "log" / "0")
    code = exit_code(state, state / "log" / "0")
    opened = start(state)
    opened.journal.close()
    return {"cases": 1, "unseen": int(code != 1) + int(not opened.alarm)}


def clone(state: Path, chance: random.Random) -> Totals:
    """The whole state folder is copied and both copies go on: a note of one convicts the other."""
    write(state, chance.randint(1, 20))
    other = state.with_name(state.name + "-clone")
    shutil.copytree(state, other)
    for place in (state, other):
        write(place, chance.randint(2, 20))
    notes = (("elsewhere", last_note(other / "log" / "0")),)
    code = exit_code(state, state / "log" / "0", notes)
    shutil.rmtree(other)
    return {"cases": 1, "unseen": int(code not in (1,))}


def two_sensors(state: Path, chance: random.Random) -> Totals:
    """A second sensor starts on the folder of a running one."""
    first = start(state)
    first.journal.append(call(1))
    try:
        start(state).journal.close()
        refused = 0
    except LogLocked:
        refused = 1
    first.journal.append(call(2, True))
    first.journal.close()
    return {"cases": 1, "unseen": 1 - refused, "tampered": int(look(state).code != 0)}


def flipped_bits(state: Path, chance: random.Random) -> Totals:
    """Single bits, zeroed blocks and cuts anywhere in what a checkpoint covers, and segments that are gone."""
    write(state, 40)
    log, totals = state / "log" / "0", {"cases": 0, "unseen": 0}
    files = [*sorted(log.glob("journal-*.jsonl")), log / "checkpoints.txt"]
    for number in range(24):
        path = chance.choice(files)
        good = path.read_bytes()
        at = chance.randrange(len(good))
        bad = [good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1:], good[:at] + bytes(min(4096, len(good) - at)) + good[at + 4096:],
               good[:at], None][number % 4]
        path.chmod(0o600)
        path.unlink() if bad is None else path.write_bytes(bad)
        totals["cases"] += 1
        totals["unseen"] += exit_code(state, log) != 1
        path.write_bytes(good)
    return totals


def clocks(state: Path, chance: random.Random) -> Totals:
    """The wall clock jumps, drifts, the machine sleeps: entries say so, and nothing looks like tampering."""
    now = [1_800_000_000 * 10**9, 10**12]

    def step(wall_s: float, mono_s: float) -> None:
        now[0], now[1] = now[0] + int(wall_s * 1e9), now[1] + int(mono_s * 1e9)

    journal = start(state, Clock(wall_ns=lambda: now[0], mono_ns=lambda: now[1], boot_id="boot-1")).journal
    jumps = 0
    for number in range(20):
        wall, mono, jump = chance.choice([(1, 1, 0), (1, 1, 0), (-3600, 1, 1), (86_400 * 3650, 1, 1), (-1_790_000_000 if number == 3 else 60, 1, 1),
                                          (1.5, 1, 0), (28_800, 28_800, 0), (250, 250, 0)])
        step(wall, mono)
        jumps += jump
        journal.append(call(number, number % 5 == 4))
    journal.close()
    seen = look(state)
    return {"cases": 1, "tampered": int(seen.code == 1 or seen.other == 1), "unseen": int(seen.kinds.get("clock_jump", 0) != jumps)}


def damaged_index(state: Path, chance: random.Random) -> Totals:
    """The index is of another version, cut, flipped, deleted: made anew from the journal, which stays as it is."""
    write(state, 20)
    config = IndexerConfig(log=state / "log", index=state / "index.db", wakeup=state / "wake")
    rebuild(config)
    before = {path: path.read_bytes() for path in (state / "log").rglob("journal-*")}
    fresh = _rows(config.index)
    damage = chance.randrange(4)
    if damage == 0:
        config.index.unlink()
    elif damage == 1:
        with sqlite3.connect(config.index) as raw:
            raw.execute(f"PRAGMA user_version = {chance.choice([0, tables.VERSION - 1, tables.VERSION + 1, 99])}")
    elif damage == 2:
        config.index.write_bytes(config.index.read_bytes()[:chance.randrange(4096)])
    else:
        config.index.write_bytes(b"\0" * 512 + config.index.read_bytes()[512:])
    usable = is_usable(config)
    rebuild(config)
    same = _rows(config.index) == fresh and {path: path.read_bytes() for path in (state / "log").rglob("journal-*")} == before
    return {"cases": 1, "unseen": int(usable), "tampered": int(not same or exit_code(state, state / "log" / "0") != 0)}


def _rows(index: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(index) as raw:
        return raw.execute("SELECT * FROM entries").fetchall() + raw.execute("SELECT * FROM sessions").fetchall()


KINDS = {
    "old copy put back": old_copy, "cloned folder": clone, "two sensors": two_sensors, "damaged bytes": flipped_bits, "clocks": clocks,
    "damaged index": damaged_index,
}


def run(runs: int, seed: int, folder: Path) -> dict[str, Totals]:
    """Every kind `runs` times. Returns figures by kind."""
    chance, table = random.Random(seed), {}
    for name, kind in KINDS.items():
        totals: Totals = {}
        for number in range(max(1, runs // 8) if kind is flipped_bits else runs):
            state = folder / f"{name.replace(' ', '-')}-{number}"
            state.mkdir(mode=0o700)
            for key, value in kind(state, chance).items():
                totals[key] = totals.get(key, 0) + value
            shutil.rmtree(state)
        table[name] = totals
    return table


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for row in run(int(sys.argv[sys.argv.index("--runs") + 1]) if "--runs" in sys.argv else 50, 1, Path(place)).items():
            print(*row)
