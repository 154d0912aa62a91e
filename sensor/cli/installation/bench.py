"""`handrail bench`: what a call costs on this machine, measured in this process with the rules of this installation.

Nothing of the installation is changed: log and keys are made in a temporary folder. Every call has words of its own, so
that nothing is measured that was only remembered. Costs are processor time of the thread, rates of the log wall time.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec

from hooks.adapters import ADAPTERS
from sensor.audit.drafts.drafts import CallDrafter, CallFacts
from sensor.audit.form.entry import EntryDraft
from sensor.audit.form.keys import ENTRY_TAG, MemorySigner, is_signed
from sensor.audit.journal.journal import Journal, Limits
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.cli.context import Installation, json_option
from sensor.cli.output import Printer, counted
from sensor.model.calls import Caller, Heartbeat
from sensor.model.verdicts import JudgedCall
from sensor.paths import locate, make_private

CALLERS = 64
BATCH = 500
SMALL = ("git status --short src/part{n}", "ls -la src/part{n}", "npm test -- --watch=false part{n}", "rm -rf build/part{n} dist",
         "grep -rn 'TODO {n}' src | head -20", "python3 -m pytest -q tests/unit/test_part{n}.py")
DOCUMENT = (
    "cat > docs/part{n}.md <<'EOF'\n" + "The build of part {n} reads its settings from the folder above.\n" * 30
    + "EOF\ngit add docs/part{n}.md && git commit -m 'Notes on part {n}'"
)
SCRIPT = """set -euo pipefail
cd packages/part{n} && npm ci --no-audit --no-fund 2>&1 | tail -5
for f in src/*.ts; do
  node_modules/.bin/tsc --noEmit "$f" || echo "type error in $f of part {n}" >> build/report{n}.txt
done
cat > src/config/defaults{n}.json <<'EOF'
{"name": "part {n}", "features": [
""" + '  {"name": "feature", "description": "what is on by default in part {n}", "retries": 3, "timeout": 3000},\n' * 13 + """]}
EOF
python3 -m pytest -q tests/unit/part{n} --maxfail=1 -k "not slow and not network" --junitxml=build/junit{n}.xml
git add src/config/defaults{n}.json && git commit -m "Add default settings of part {n}: retries, time out, features and end points"
git diff --stat origin/main...HEAD -- src tests/part{n} | tail -20
curl -sS -X POST http://localhost:3000/api/items -H 'Content-Type: application/json' -d '{"name": "part {n}", "price": 12.5}' | jq '.id'
"""
FACTS = CallFacts(lat_us=900, policy_sha256="a" * 64, ruleset_sha256="b" * 64)


class Figure(msgspec.Struct, frozen=True):
    """One measured value. `target` is what it is held against, "" = for comparison."""

    name: str
    value: float
    unit: str
    target: str = ""

    @property
    def missed(self) -> bool:
        """Whether the value is not what `target` asks for."""
        sign, _, bound = self.target.partition(" ")
        return bool(self.target) and (self.value > float(bound.replace(",", "")) if sign == "<=" else self.value < float(bound.replace(",", "")))


class Bench(msgspec.Struct, frozen=True):
    """What is measured with. `handle` takes a call from the agent's bytes to the written entry; `draft` is one such entry."""

    folder: Path
    handle: Callable[[bytes], EntryDraft]
    draft: EntryDraft
    calls: int
    entries: int


@click.command()
@click.option("--quick", is_flag=True, help="Fewer repetitions: seconds instead of half a minute, and rougher figures.")
@json_option
@click.pass_obj
def bench(installation: Installation, quick: bool, printer: Printer) -> None:
    """Measure what a tool call costs here: judged by all rules, recorded, signed and written. Changes nothing.

    \b
    Examples:
      handrail bench
      handrail bench --quick --json
    """
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as folder:
        figures = tuple(measure(prepare(installation, Path(folder), quick)))
    if printer.result({"cores": os.cpu_count(), "figures": [{**msgspec.to_builtins(one), "missed": one.missed} for one in figures]}):
        return
    printer.table(
        ("what", "value", "unit", "target"),
        [(one.name, f"{one.value:,.0f}", one.unit, f"{one.target}{', missed' * one.missed}") for one in figures],
        "nothing measured",
    )
    if missed := sum(one.missed for one in figures):
        printer.line(
            f"{counted(missed, 'target')} missed. They are for an idle machine: other programs, a slow disk or a cold cache make these figures worse.",
            "yellow",
        )


def prepare(installation: Installation, folder: Path, quick: bool) -> Bench:
    """A judge and a log in `folder`. The compiled rules of the installation are used where it has them."""
    from sensor.judging import build_judging  # loads the whole rule engine

    paths = locate(folder, folder)
    make_private(paths.config)
    if installation.paths.cache.is_dir():
        make_private(paths.state)
        shutil.copytree(installation.paths.cache, paths.cache)
    judging = build_judging(paths)
    redact = judging.redactor.redact
    pipeline, drafter = judging.dry(), CallDrafter(redact, os.urandom)
    adapter, caller = ADAPTERS["claude-code"], Caller(uid=os.getuid(), pid=os.getpid())
    journal = open_log(LogSettings(root=paths.log, keys=paths.keys, redact=redact, reserve_bytes=0)).journal

    def handle(body: bytes) -> EntryDraft:
        call = adapter.parse_event(body, False)
        assert not isinstance(call, Heartbeat)
        judgement = pipeline.judge(call, caller)
        draft = drafter.draft(JudgedCall(call=call, caller=caller, judgement=judgement), FACTS)
        journal.append(draft)
        adapter.render_reply(call, judgement)
        return draft

    return Bench(folder=folder, handle=handle, draft=handle(payload(SMALL[0], 0)), calls=150 if quick else 2000, entries=2000 if quick else 20_000)


def measure(bench: Bench) -> Iterator[Figure]:
    """Every figure in order."""
    yield from call_costs(bench, "small call", SMALL, "<= 200")
    yield from call_costs(bench, "2 KB call, a document and 3 commands", (DOCUMENT,), "<= 300")
    yield from call_costs(bench, "2 KB call, a script of 14 commands and a file", (SCRIPT,), "<= 300")
    yield Figure("entries, chained, signed, written; allow class", 1 / fastest(functools.partial(append_alone, bench)), "per s", ">= 15,000")
    yield Figure(f"... each waits for the disk, {CALLERS} callers", 1 / fastest(functools.partial(append_durably, bench)), "per s", ">= 2,000")
    yield from signature_rates(bench.entries // 4)
    yield Figure("raw SQLite inserts, no chain, no signature", 1 / fastest(functools.partial(insert_raw, bench)), "per s")


def payload(command: str, number: int, session: str = "bench") -> bytes:
    """A Bash call as Claude Code reports it."""
    return json.dumps({
        "session_id": session, "transcript_path": "", "cwd": "/srv/project", "permission_mode": "default", "hook_event_name": "PreToolUse",
        "tool_name": "Bash", "tool_use_id": f"toolu_{number}",
        "tool_input": {"command": command.replace("{n}", str(number)), "description": "Work on the project"},
    }).encode()


def call_costs(bench: Bench, name: str, commands: tuple[str, ...], target: str) -> Iterator[Figure]:
    """Median and tail of one kind of call, microseconds of this thread's processor time."""
    spent = []
    for number in range(bench.calls + 50):
        body = payload(commands[number % len(commands)], number)
        begun = time.thread_time_ns()
        bench.handle(body)
        spent.append((time.thread_time_ns() - begun) / 1000)
    cuts = statistics.quantiles(spent[50:], n=100)  # the first calls warm the caches of the processor
    yield Figure(f"{name}, p50 (CPU)", cuts[49], "us", target)
    yield Figure("... p95", cuts[94], "us")
    yield Figure("... p99", cuts[98], "us", "<= 2,000")


def fastest(action: Callable[[], float]) -> float:
    """The best of three: on a machine that does other things as well it says most about the code."""
    return min(action() for _ in range(3))


def append_alone(bench: Bench) -> float:
    """Seconds per entry, one caller, entries written but not waited for."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as place:
        journal = open_journal(Path(place), Limits())
        begun = time.perf_counter()
        for _ in range(bench.entries):
            journal.append(bench.draft)
        used = time.perf_counter() - begun
        journal.close()
    return used / bench.entries


def append_durably(bench: Bench) -> float:
    """Seconds per entry when CALLERS callers each wait until theirs is on the disk."""
    each = max(1, bench.entries // 4 // CALLERS)

    async def caller(journal: Journal) -> None:
        for _ in range(each):
            await journal.wait_durable(journal.append(bench.draft))

    async def everybody(journal: Journal) -> None:
        await asyncio.gather(*(caller(journal) for _ in range(CALLERS)))

    with tempfile.TemporaryDirectory(dir=bench.folder) as place:
        journal = open_journal(Path(place), Limits(every_entry_waits=True))
        begun = time.perf_counter()
        asyncio.run(everybody(journal))
        used = time.perf_counter() - begun
        journal.close()
    return used / (each * CALLERS)


def signature_rates(count: int) -> Iterator[Figure]:
    """Ed25519 over the hash of an entry, one core."""
    signer, message = MemorySigner(bytes(32)), ENTRY_TAG + bytes(32)
    signature = signer.sign(message)
    for name, action in (("sign", lambda: signer.sign(message)), ("verify", lambda: is_signed(message, signature, signer.public))):
        def spend(action: Callable[[], object] = action) -> float:
            begun = time.thread_time()
            for _ in range(count):
                action()
            return (time.thread_time() - begun) / count

        yield Figure(f"Ed25519 {name}, one core", 1 / fastest(spend), "per s")


def insert_raw(bench: Bench) -> float:
    """Seconds per row of the same size without chain and signature, BATCH per transaction, as such figures are often made."""
    row = ("a" * 36, "claude-code", "Bash", SMALL[0], "clean", "allow", "b" * 64, 900, 1, 2)
    with tempfile.TemporaryDirectory(dir=bench.folder) as place:
        raw = sqlite3.connect(Path(place) / "raw.db", isolation_level=None)
        raw.execute("PRAGMA journal_mode=wal")
        raw.execute("PRAGMA synchronous=normal")
        raw.execute("CREATE TABLE t (id TEXT, agent TEXT, tool TEXT, what TEXT, verdict TEXT, answer TEXT, hash TEXT, us INT, a INT, b INT)")
        insert = f"INSERT INTO t VALUES ({','.join('?' * len(row))})"
        batches = max(1, bench.entries // BATCH)
        begun = time.perf_counter()
        for _ in range(batches):
            raw.execute("BEGIN")
            raw.executemany(insert, [row] * BATCH)
            raw.execute("COMMIT")
        used = time.perf_counter() - begun
        raw.close()
    return used / (batches * BATCH)


def open_journal(folder: Path, limits: Limits) -> Journal:
    return open_log(LogSettings(root=folder / "log", keys=folder / "keys", limits=limits, reserve_bytes=0)).journal
