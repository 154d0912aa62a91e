"""Kill the writer of the log at random moments and count what it had acknowledged and then lost (fault F1).

    python tests/faults/kill9.py [--rounds 300] [--nightly] [--seed 1]

Each round forks a writer that appends in both commit classes and acknowledges over a pipe: an allowed entry after
`append`, a decision after its sync. The parent kills it, verifies the files from outside with both verifiers, and looks
for every acknowledged entry. Every tenth round starts with an empty state folder. Prints a table; exit code 1 on a loss.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import select
import shutil
import signal
import struct
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.audit.drafts import draft
from sensor.audit.entry import EntryDraft, Summary, blank
from sensor.audit.journal import Journal, Limits
from sensor.audit.keys import load_public
from sensor.audit.opening import LogSettings, open_log
from sensor.audit.pin import read_pin
from sensor.audit.reader import JournalReader, newest_log
from sensor.audit.verify import VerifyOptions, verify_newest

ACK = struct.Struct(">BQ32s")


def second_verifier():
    path = Path(__file__).resolve().parents[1] / "sensor" / "audit" / "second_verifier.py"
    spec = importlib.util.spec_from_file_location("second_verifier", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings(folder: Path) -> LogSettings:
    limits = Limits(segment_bytes=200_000, epoch_entries=150)
    return LogSettings(root=folder / "log", keys=folder / "keys", limits=limits, reserve_bytes=0)


def write_forever(journal: Journal, pipe: int) -> None:
    """The victim: entries without end, each acknowledged in its class."""
    number = 0
    while True:
        number += 1
        decision = number % 7 == 0
        entry = blank("call", session="s", tool="Bash", verdict="block" if decision else "clean", path="live",
                      answer="deny" if decision else "allow", summary=Summary(action="shell", text="x" * (number * 37 % 900)))
        receipt = journal.append(EntryDraft(entry=entry, decision=decision))
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
            write_forever(open_log(settings(folder)).journal, outlet)
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


def check(folder: Path, acknowledged: dict[int, bytes], second) -> tuple[int, int, int]:
    """(acknowledged entries that are missing, exit code of the first, of the second verifier)."""
    public = load_public(folder / "keys")
    report = verify_newest(folder / "log", folder / "keys", VerifyOptions(workers=1), time.time_ns() // 1000)
    log = newest_log(folder / "log")
    pin = json.loads((folder / "keys" / "pin.json").read_text()) if read_pin(folder / "keys", public) else None
    other = second.verify(log, public, pin)[0]
    with JournalReader(log) as reader:
        stored = {line.seq: line.leaf for line in reader.lines()}
    missing = sum(stored.get(seq) != leaf for seq, leaf in acknowledged.items())
    if report.exit_code == 1:
        print(report.problems, file=sys.stderr)
    return missing, report.exit_code, other


def run(rounds: int, seed: int, folder: Path) -> dict[str, object]:
    """All rounds. Returns the table's figures."""
    chance, second = random.Random(seed), second_verifier()
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
        missing, code, other = check(state, acknowledged, second)
        totals["lost"] += missing
        totals["tampered"] += code == 1
        totals["differ"] += (code == 1) != (other == 1)
        totals["new_logs"] += newest_log(state / "log").name != "0"
    starts.sort()
    return {**totals, "start_p50_ms": round(starts[len(starts) // 2] * 1000), "start_p99_ms": round(starts[int(len(starts) * 0.99)] * 1000)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--nightly", action="store_true", help="3,000 rounds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        totals = run(3000 if options.nightly else options.rounds, options.seed, Path(folder))
    for name, value in totals.items():
        print(f"{name:14} {value}")
    return 1 if totals["lost"] or totals["tampered"] or totals["differ"] or totals["new_logs"] else 0


if __name__ == "__main__":
    sys.exit(main())
