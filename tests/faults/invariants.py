"""What must hold after every fault: nothing acknowledged is lost, both verifiers agree, and what is missing is counted."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.audit.form.clock import Clock, system_clock
from sensor.audit.form.entry import EntryDraft, blank, parse
from sensor.audit.form.keys import load_public
from sensor.audit.form.parts import Summary
from sensor.audit.journal.pin import read_pin
from sensor.audit.journal.reader import JournalReader, newest_log
from sensor.audit.verifying.verify import VerifyOptions, verify_newest


@cache
def second_verifier():
    """The verifier of the tests, which shares no code with the first."""
    path = Path(__file__).resolve().parents[1] / "sensor" / "audit" / "second_verifier.py"
    spec = importlib.util.spec_from_file_location("second_verifier", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Seen:
    """A state folder looked at from outside: entries by seq, exit codes of both verifiers, entries that gaps count."""

    leaves: dict[int, bytes]
    kinds: dict[str, int]
    code: int
    other: int
    counted: int

    def lost(self, acknowledged: dict[int, bytes]) -> int:
        """Acknowledged entries that are not there."""
        return sum(self.leaves.get(seq) != leaf for seq, leaf in acknowledged.items())


def look(state: Path) -> Seen:
    """Verify and read the newest log of a state folder."""
    public = load_public(state / "keys")
    report = verify_newest(state / "log", state / "keys", VerifyOptions(workers=1), time.time_ns() // 1000)
    if report.exit_code == 1:
        print(report.problems[:3], file=sys.stderr)
    log = newest_log(state / "log")
    pin = json.loads((state / "keys" / "pin.json").read_text()) if read_pin(state / "keys", public) else None
    if pin is not None and not pin["pin"]["log"].endswith(f"/{log.name}"):
        pin = None  # of the log before, which was set aside
    other, reasons = second_verifier().verify(log, public, pin)
    if (other == 1) != (report.exit_code == 1):
        print(f"the verifiers differ: {report.exit_code} {report.not_proven}, {other} {reasons}", file=sys.stderr)
    leaves, kinds, counted = {}, {}, 0
    with JournalReader(log) as reader:
        for line in reader.lines():
            entry = parse(line.entry)
            leaves[line.seq] = line.leaf
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
            counted += entry.gap.count if entry.gap is not None else 0
    return Seen(leaves=leaves, kinds=kinds, code=report.exit_code, other=other, counted=counted)


def call(number: int, decision: bool = False) -> EntryDraft:
    """An entry of a call: allowed, or blocked when it decides."""
    entry = blank("call", session="s", tool="Bash", verdict="block" if decision else "clean", answer="deny" if decision else "allow", path="live",
                  summary=Summary(action="shell", text="x" * (number * 37 % 900)))
    return EntryDraft(entry=entry, decision=decision)


def boot(name: str) -> Clock:
    """The machine's clocks in a boot of this name."""
    clock = system_clock()
    return Clock(wall_ns=clock.wall_ns, mono_ns=clock.mono_ns, boot_id=name)
