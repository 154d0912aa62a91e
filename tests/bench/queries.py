"""How fast pages get their rows: `python tests/bench/queries.py [--rows 1000000] [--window 200000] [--check]`.

Builds an index directly (rows as the indexer makes them, from entries of many agents, tools and sessions), with `window`
rows within the last day, then times every query of the dashboard with new connections, as pages open them. Prints p50 and
p95 of 50 runs each; `--check` ends with 1 when a p95 is above 30 ms.
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sensor.store import rows, tables
from sensor.store.queries import counters, events, record, sessions, story
from sensor.store.queries.events import NOTABLE, Cursor, EventFilter
from sensor.store.reading import Index, open_index
from sensor.store.rows import Agent, Approval, Lean, Rule, Summary
from sensor.store.writer import IndexWriter, PlaceRow

RUNS = 50
LIMIT_MS = 30.0
BATCH = 10_000
END = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.timezone.utc)
AGENTS = ("claude-code", "cursor", "codex", "gemini")
TOOLS = (("Bash", "shell"), ("Read", "file_read"), ("Write", "file_write"), ("WebFetch", "network"), ("mcp__db__query", "mcp"), ("Grep", "search"))
RULES = tuple(f"HR-TST-{number:03d}" for number in range(60))
WORDS = ("make", "test", "deploy", "server", "python", "build", "install", "config", "docker", "push", "README", "migrate", "lint", "cache", "stage")
LONG_SESSION = "session-long"


def lean(number: int, moment: datetime.datetime, chance: random.Random) -> Lean:
    """One entry; every thousandth is a decision, every 30th one is not clean."""
    agent, (tool, kind) = chance.choice(AGENTS), chance.choice(TOOLS)
    session = LONG_SESSION if number % 100 == 7 else f"session-{number // 150}-{number % 5}"
    if number % 1000 == 999:
        return Lean(ts=moment, kind="approval", prev="", log="l", seq=number, approval=Approval(id=f"Q{number - 1}", by="dev", action="approve"))
    verdict = ("block" if number % 90 == 0 else "quarantine" if number % 1000 == 998 else "flag") if number % 30 == 0 or number % 1000 == 998 else "clean"
    text = " ".join(chance.choice(WORDS) for _ in range(6)) + f" {number}"
    return Lean(
        ts=moment, kind="call", prev="", log="l", seq=number, agent=Agent(name="claude-code" if session == LONG_SESSION else agent), session=session, cwd="/home/dev/shop",
        tool=tool, tool_kind=kind, tool_use_id=f"toolu_{number}", phase="before", verdict=verdict, answer="deny" if verdict == "block" else "allow",
        rules=(Rule(id=chance.choice(RULES), sev="high"),) if verdict != "clean" else (), hold=f"Q{number}" if verdict == "quarantine" else "",
        summary=Summary(action="shell", text=text), lat_us=300,
    )


def build(path: Path, count: int, window: int) -> float:
    """Fill an index; seconds it took."""
    chance, begun = random.Random(3), time.perf_counter()
    writer = IndexWriter(path, filling=True)
    slow, quick = datetime.timedelta(days=90) / max(1, count - window), datetime.timedelta(days=1) / window
    start = END - datetime.timedelta(days=1)
    batch = []
    for number in range(count):
        late = number - (count - window)
        moment = start + late * (quick if late >= 0 else slow)
        batch.append(rows.to_indexed(lean(number, moment, chance), tables.entry_id(0, number), (0, number * 1200, 1200)))
        if len(batch) == BATCH or number == count - 1:
            writer.add(batch, PlaceRow(seq=number, entries=number + 1, ts=batch[-1].row.ts, offset=number * 1200))
            batch = []
    writer.finish()
    return time.perf_counter() - begun


def queries(count: int) -> dict[str, Callable[[Index], object]]:
    """Everything that pages ask."""
    now = int(END.timestamp() * 1e6)
    middle = tables.entry_id(0, count // 2)

    def filtered(cursor: Cursor = Cursor(), **wanted: str) -> Callable[[Index], object]:
        return lambda index: events.page(index, EventFilter(**wanted), cursor)

    def of_session(name: str, ask: Callable[[Index, sessions.SessionRow], object]) -> Callable[[Index], object]:
        return lambda index: ask(index, sessions.named(index, name, "")[0])

    return {
        "minutes of the last hour": lambda index: counters.per_minute(index, now), "hours of the last day": lambda index: counters.per_hour(index, now),
        "agents of 7 days": lambda index: counters.agents(index, now),
        "agents of 30 days": lambda index: counters.agents(index, now, 24 * 30),
        "rules of 7 days": lambda index: counters.rules_fired(index, now), "active sessions": lambda index: counters.active_sessions(index, now),
        "newest entry": lambda index: events.newest_id(index), "state of the index": lambda index: record.state(index),
        "events": filtered(), "events, middle of the log": filtered(Cursor(before=middle)), "events, notable": filtered(verdict=NOTABLE),
        "events, notable, middle": filtered(Cursor(before=middle), verdict=NOTABLE), "events, block": filtered(verdict="block"),
        "events, an agent": filtered(agent="cursor"), "events, an agent and a tool": filtered(agent="cursor", tool="mcp"),
        "events, an agent, block": filtered(agent="codex", verdict="block"), "events, a rule": filtered(rule=RULES[7]), "events, a rule, middle": filtered(Cursor(before=middle), rule=RULES[7]),
        "events, a kind": filtered(kind="approval"), "events, a session": filtered(session=LONG_SESSION), "events, a word": filtered(text="deploy"),
        "events, two words": filtered(text="deploy docker"), "events, a rare word": filtered(text=str(count // 3)), "events, no such word": filtered(text="nothinglikethis"),
        "events, words and an agent": filtered(text="deploy docker", agent="cursor"), "one event": lambda index: events.find(index, 0, count // 2),
        "related events": lambda index: events.neighbours(index, events.find(index, 0, count // 2)),  # type: ignore[arg-type]
        "sessions": lambda index: sessions.page(index), "sessions of an agent": lambda index: sessions.page(index, sessions.SessionFilter(agent="cursor")),
        "timeline, long session": of_session(LONG_SESSION, lambda index, row: sessions.timeline(index, row)),
        "timeline, block only": of_session(LONG_SESSION, lambda index, row: sessions.timeline(index, row, EventFilter(verdict="block"))),
        "timeline, middle": of_session(LONG_SESSION, lambda index, row: sessions.timeline(index, row, after=middle)),
        "story, short session": of_session("session-10-1", story.tell), "decisions": lambda index: record.decisions(index),
        "housekeeping": lambda index: record.housekeeping(index), "newest verification": lambda index: record.newest(index, "verify_result"),
        "newest key": lambda index: record.newest_before(index, ("log_open", "key_rotation"), middle),
    }


def measure(path: Path, ask: Callable[[Index], object], runs: int) -> tuple[float, float]:
    """(p50, p95) in milliseconds."""
    used = []
    for _ in range(runs):
        begun = time.perf_counter()
        with open_index(path) as index:
            ask(index)
        used.append((time.perf_counter() - begun) * 1000)
    used.sort()
    return used[runs // 2], used[int(runs * 0.95)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--window", type=int, default=200_000)
    parser.add_argument("--index", type=Path, help="keep the index in this file, or use the one that is there")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    slow = []
    with tempfile.TemporaryDirectory() as place:
        path = options.index or Path(place) / "index.db"
        if not path.exists():
            print(f"{options.rows:,} rows built in {build(path, options.rows, options.window):.0f} s, {path.stat().st_size / 2**20:.0f} MiB")
        for name, ask in queries(options.rows).items():
            p50, p95 = measure(path, ask, RUNS)
            print(f"{name:32} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms")
            if p95 > LIMIT_MS:
                slow.append(name)
    print(f"above {LIMIT_MS:.0f} ms: {', '.join(slow) or 'none'}")
    return 1 if options.check and slow else 0


if __name__ == "__main__":
    sys.exit(main())
