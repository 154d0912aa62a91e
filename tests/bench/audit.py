"""What the audit log costs on this machine: `python tests/bench/audit.py [--entries 20000] [--json]`.

Every row is measured three times and the best is printed: on a machine that does other things as well, the best run is
the one that says most about the code. "CPU" and "per core" are processor time of all threads, the others wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.audit.drafts.drafts import CallDrafter, CallFacts
from sensor.audit.drafts.summary import Redact
from sensor.audit.form.chain import leaf_hash
from sensor.audit.form.entry import EntryDraft, render
from sensor.audit.form.keys import ENTRY_TAG, MemorySigner, is_signed, load_public
from sensor.audit.journal.journal import Journal, Limits
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.audit.journal.pin import read_pin
from sensor.audit.verifying.verify import VerifyOptions, verify_log
from sensor.audit.verifying.verify_chain import verify_chain
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import Caller, Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Effect, Effects, PathRef
from sensor.model.findings import Stage
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.store.indexer import catch_up
from sensor.store.writer import IndexWriter
from tests.sensor.live import warm

CALLERS = 64
COMMAND = "cd /home/dev/shop && npm run test -- --watch=false 2>&1 | tail -40"


class Row(msgspec.Struct, frozen=True):
    """One figure. `target` is what it is held against, "" = reported for comparison."""

    name: str
    value: float
    unit: str
    target: str = ""


def judged_call() -> JudgedCall:
    """A call such as agents make all day."""
    call = ToolCall(
        agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash",
        action=ShellAction(command=COMMAND, description="Run the unit tests"), arguments={"command": COMMAND, "description": "Run the unit tests"},
        session="3f2a91c0-0000-4000-8000-000000000001", tool_use_id="toolu_01ABCDEFGHIJKLMNOP", cwd="/home/dev/shop", agent_version="2.1.0",
        transcript="/home/dev/.claude/projects/-home-dev-shop/3f2a91c0.jsonl", permission_mode="default", payload_bytes=812,
    )
    reads = (PathRef(raw="package.json", path="/home/dev/shop/package.json", places=frozenset({"project"})),)
    effects = Effects(effects=(Effect(program="cd"), Effect(program="npm", subcommand=("run", "test"), reads=reads), Effect(program="tail")))
    judgement = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT,
                          effects=effects, stage_us=tuple((stage, 12) for stage in Stage))
    return JudgedCall(call=call, caller=Caller(uid=1000, pid=4242), judgement=judgement)


def best(measure: Callable[[], float], times: int = 3) -> float:
    return min(measure() for _ in range(times))


def cpu_us(action: Callable[[], object], count: int) -> float:
    """Processor time of this thread per call, microseconds, best of three."""

    def measure() -> float:
        begun = time.thread_time()
        for _ in range(count):
            action()
        return (time.thread_time() - begun) / count * 1e6

    return best(measure)


def open_journal(folder: Path, every_entry_waits: bool = False, redact: Redact | None = None) -> Journal:
    limits = Limits(every_entry_waits=every_entry_waits)
    return open_log(LogSettings(root=folder / "log", keys=folder / "keys", limits=limits, reserve_bytes=0, redact=redact)).journal


def steps(drafter: CallDrafter, redact: Redact, entries: int) -> list[Row]:
    """What one entry costs, step by step."""
    judged, facts = judged_call(), CallFacts(lat_us=900, policy_sha256="a" * 64, ruleset_sha256="b" * 64)
    draft = drafter.draft(judged, facts)
    data = render(draft.entry)
    signer, leaf = MemorySigner(bytes(32)), leaf_hash(data)
    sig = signer.sign(ENTRY_TAG + leaf)
    with tempfile.TemporaryDirectory() as place:
        journal = open_journal(Path(place), redact=redact)
        rows = [
            Row("draft: describe, redact, commit (CPU)", cpu_us(lambda: drafter.draft(judged, facts), entries // 4), "us"),
            Row("canonical form, checked (CPU)", cpu_us(lambda: render(draft.entry), entries), "us"),
            Row("hash (CPU)", cpu_us(lambda: leaf_hash(data), entries), "us"),
            Row("sign (CPU)", cpu_us(lambda: signer.sign(ENTRY_TAG + leaf), entries // 2), "us", "<= 30"),
            Row("verify a signature (CPU)", cpu_us(lambda: is_signed(ENTRY_TAG + leaf, sig, signer.public), entries // 4), "us"),
            Row("append: place, scan again, chain, sign, write (CPU)", cpu_us(lambda: journal.append(draft), entries // 2), "us"),
            Row("all of a recorded call (CPU)", cpu_us(lambda: journal.append(drafter.draft(judged, facts)), entries // 4), "us", "<= 80"),
            Row("bytes of an entry's line", float(len(data) + 108), "bytes"),
        ]
        journal.close()
    return rows


def process_class(draft: EntryDraft, entries: int) -> list[Row]:
    """One caller, allow class, the sync thread and its checkpoints beside it."""

    walls: list[float] = []

    def measure() -> float:
        with tempfile.TemporaryDirectory() as place:
            journal = open_journal(Path(place))
            begun, wall = time.process_time(), time.perf_counter()
            for _ in range(entries):
                journal.append(draft)
            walls.append((time.perf_counter() - wall) / entries)
            journal.close()
            return (time.process_time() - begun) / entries

    rate = 1 / best(measure)
    return [Row("entries, process class, per core", rate, "per s", ">= 15,000"), Row("... wall time", 1 / min(walls), "per s")]


def power_class(draft: EntryDraft, entries: int) -> list[Row]:
    """CALLERS callers, each waits for its own entry to be durable before it asks again."""
    waits: list[float] = []

    async def caller(journal: Journal, count: int) -> None:
        for _ in range(count):
            begun = time.perf_counter()
            await journal.wait_durable(journal.append(draft))
            waits.append(time.perf_counter() - begun)

    async def all_callers(journal: Journal) -> None:
        await asyncio.gather(*(caller(journal, max(1, entries // CALLERS)) for _ in range(CALLERS)))

    def measure() -> float:
        with tempfile.TemporaryDirectory() as place:
            journal = open_journal(Path(place), every_entry_waits=True)
            begun = time.perf_counter()
            asyncio.run(all_callers(journal))
            used = time.perf_counter() - begun
            journal.close()
        return used / (entries // CALLERS * CALLERS)

    rate = 1 / best(measure)
    return [Row(f"entries, power class, {CALLERS} callers", rate, "per s", ">= 2,000"), Row("... p50 of the wait", statistics.median(waits) * 1000, "ms")]


def read_side(draft: EntryDraft, entries: int) -> list[Row]:
    """Indexer and verifier over one log."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        journal = open_journal(folder)
        for _ in range(entries):
            journal.append(draft)
        journal.close()

        def index() -> float:
            (folder / "index.db").unlink(missing_ok=True)
            writer = IndexWriter(folder / "index.db", filling=True)
            begun = time.process_time()
            catch_up(folder / "log", writer)
            writer.finish()
            return (time.process_time() - begun) / entries

        public = load_public(folder / "keys")
        options = VerifyOptions(identity=public, pin=read_pin(folder / "keys", public), workers=1)

        def verify(signatures: bool) -> float:
            begun = time.process_time()
            report = verify_log(folder / "log" / "0", msgspec.structs.replace(options, signatures=signatures), 0)
            assert report.exit_code == (0 if signatures else 3), report
            return (time.process_time() - begun) / entries

        def chain() -> float:
            begun = time.process_time()
            assert verify_chain(folder / "log" / "0", options, 0).exit_code == 3
            return (time.process_time() - begun) / entries

        indexed, linked, structure, whole = best(index), best(chain), best(lambda: verify(False)), best(lambda: verify(True), 1)
    return [
        Row("indexer, per core", 1 / indexed, "entries per s", ">= 50,000"),
        Row("verify 1 M: chain, one core", linked * 1e6, "s", "<= 4"),
        Row("verify 1 M: structure, chain and tree, one core", structure * 1e6, "s", "<= 60"),
        Row("verify 1 M: signatures, one core", (whole - structure) * 1e6, "s", "<= 75"),
    ]


def raw_inserts(entries: int) -> Row:
    """For comparison: rows without chain and signature, 500 per transaction, as such figures are often made."""
    row = ("a" * 36, "claude-code", "Bash", COMMAND, "clean", "allow", "b" * 64, 900, 1, 2)
    insert = f"INSERT INTO t VALUES ({','.join('?' * len(row))})"

    def measure() -> float:
        with tempfile.TemporaryDirectory() as place:
            raw = sqlite3.connect(Path(place) / "x.db", isolation_level=None)
            raw.execute("PRAGMA journal_mode=wal")
            raw.execute("PRAGMA synchronous=normal")
            raw.execute("CREATE TABLE t (id TEXT, agent TEXT, tool TEXT, what TEXT, verdict TEXT, answer TEXT, hash TEXT, us INT, a INT, b INT)")
            begun = time.perf_counter()
            for _ in range(entries // 500):
                raw.execute("BEGIN")
                raw.executemany(insert, [row] * 500)
                raw.execute("COMMIT")
            used = time.perf_counter() - begun
            raw.close()
        return used / (entries // 500 * 500)

    return Row("raw inserts, no chain, no signature (comparison)", 1 / best(measure), "per s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        warm(Path(place))  # as the sensor has it: compiled once, loaded from the cache
        redact = Redactor(SecretScanner(cache=Path(place)), bytes(32)).redact
    drafter = CallDrafter(redact, os.urandom)
    draft = drafter.draft(judged_call(), CallFacts(lat_us=900, policy_sha256="a" * 64, ruleset_sha256="b" * 64))
    rows = [
        *steps(drafter, redact, options.entries), *process_class(draft, options.entries), *power_class(draft, options.entries // 4),
        *read_side(draft, options.entries), raw_inserts(options.entries),
    ]
    if options.json:
        print(msgspec.json.encode(rows).decode())
        return
    for row in rows:
        print(f"{row.name:52} {row.value:12,.1f} {row.unit:14} {row.target}")


if __name__ == "__main__":
    main()
