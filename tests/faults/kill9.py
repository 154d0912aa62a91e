"""Kill the writer of the log at random moments and count what it had acknowledged and then lost (fault F1).

Each round forks a writer that appends in both commit classes and acknowledges over a pipe: an allowed entry after
`append`, a decision after its sync. The parent kills it, verifies the files from outside with both verifiers, and looks
for every acknowledged entry. Every tenth round starts with an empty state folder. """

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from invariants import call, look

from sensor.audit.drafts.drafts import draft
from sensor.audit.journal.journal import Journal, Limits
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.journal.reader import newest_log

ACK = struct.Struct(">BQ32s")


def settings(folder: Path) -> LogSettings:
    limits = Limits(segment_bytes=200_000, epoch_entries=150)
    return LogSettings(root=folder / "log", keys=folder / "keys", limits=limits, reserve_bytes=0)


def write_forever(journal: Journal, pipe: int) -> None:
    """The victim: entries without end, each acknowledged in its class."""
    number = 0
    while True:
        number += 1
        decision = number % 7 == 0
        receipt = journal.append(call(number, decision))
        record = ACK.pack(decision, receipt.seq, receipt.leaf)
        if decision:
            journal.when_durable(receipt.end, lambda error, record=record: error is None and os.write(pipe, record))
        else:
            os.write(pipe, record)
        if number % 40 == 0:
            journal.append(draft("heartbeat"))


def one_round(folder: Path, delay: float) -> tuple[list[tuple[int, int, bytes]], float]:
    """Fork, let it write for `delay` seconds after its first acknowledgement, kill it. Returns acks and start time."""
    inlet, outlet = os.pipe()
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        try:
            opened = open_log(settings(folder))
            if opened.alarm:
                print(opened.alarm, file=sys.stderr, flush=True)
            write_forever(opened.journal, outlet)
        finally:
            os._exit(9)
    os.close(outlet)
    data, first, end = b"", 0.0, begun + 20
    while time.monotonic() < end:
        ready, _, _ = select.select([inlet], [], [], max(0.0, end - time.monotonic()))
        if ready:
            chunk = os.read(inlet, 65536)
            if not chunk:
                break
            data += chunk
            if not first:
                first = time.monotonic() - begun
                end = time.monotonic() + delay
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(inlet, 65536):
        data += chunk
    os.close(inlet)
    whole = len(data) // ACK.size * ACK.size
    return [ACK.unpack(data[at:at + ACK.size]) for at in range(0, whole, ACK.size)], first


def run(rounds: int, seed: int, folder: Path) -> dict[str, object]:
    """All rounds. Returns the table's figures."""
    chance = random.Random(seed)
    totals = {"rounds": rounds, "allow": 0, "decision": 0, "lost": 0, "tampered": 0, "differ": 0, "new_logs": 0}
    starts: list[float] = []
    acknowledged: dict[int, bytes] = {}
    state = folder / "state"
    for number in range(rounds):
        if number % 10 == 0:
            shutil.rmtree(state, ignore_errors=True)
            state.mkdir(mode=0o700)
            acknowledged = {}
        acks, first = one_round(state, chance.random() ** 2 * 0.12)
        starts.append(first)
        for decision, seq, leaf in acks:
            acknowledged[seq] = leaf
            totals["decision" if decision else "allow"] += 1
        seen = look(state)
        totals["lost"] += seen.lost(acknowledged)
        totals["tampered"] += seen.code == 1
        totals["differ"] += (seen.code == 1) != (seen.other == 1)
        totals["new_logs"] += newest_log(state / "log").name != "0"
    starts.sort()
    return {**totals, "start_p50_ms": round(starts[len(starts) // 2] * 1000), "start_p99_ms": round(starts[int(len(starts) * 0.99)] * 1000)}
