"""Entries for the tests of the index: a factory with defaults, and a ready index."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from sensor.audit.form.chain import leaf_hash, seed
from sensor.audit.form.entry import AuditEntry, render
from sensor.audit.form.parts import AgentFacts, RuleHit, Summary
from sensor.audit.journal.segments import render_line, segment_name
from sensor.store import rows, tables
from sensor.store.reading import open_index
from sensor.store.writer import IndexWriter, PlaceRow

START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.timezone.utc)


def _entry(seq: int, command: str = "ls", **changes: object) -> AuditEntry:
    verdict = changes.pop("verdict", "clean")
    rule = changes.pop("rule", "" if verdict in ("clean", "") else "HR-DST-001")
    facts: dict[str, object] = {
        "v": 1, "log": "local/device/0", "seq": seq, "epoch": 0, "prev": "00" * 32, "boot_id": "b", "mono_us": seq,
        "ts": (START + datetime.timedelta(seconds=seq)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "kind": "call", "mode": "enforce",
        "agent": AgentFacts(name=str(changes.pop("agent", "claude-code"))), "session": "s-1", "cwd": "/home/dev/shop",
        "tool": "Bash", "tool_kind": "shell", "tool_use_id": f"toolu_{seq}", "phase": "before", "verdict": verdict,
        "answer": "deny" if verdict == "block" else "allow", "summary": Summary(action="shell", text=command),
        "rules": (RuleHit(id=str(rule), sev="high"),) if rule else (), "lat_us": 150,
    }
    return AuditEntry(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def entry():
    """Make an entry: `entry(7, "rm -rf /", verdict="block", rule="HR-DST-001", agent="cursor")`."""
    return _entry


@pytest.fixture
def indexed(tmp_path):
    """Write entries to a fresh index and open it: `indexed([entry(0), ...])`."""
    opened = []

    def make(entries: list[AuditEntry]):
        writer = IndexWriter(tmp_path / "index.db")
        batch = [
            rows.to_indexed(rows.parse_lean(msgspec.json.encode(one, order="sorted")), tables.entry_id(0, one.seq), (0, 9, 300))
            for one in entries
        ]
        writer.add(batch, PlaceRow(seq=entries[-1].seq, entries=len(entries), ts=batch[-1].row.ts))
        writer.close()
        opened.append(open_index(tmp_path / "index.db"))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


class SmallJournal:
    """Writes chained lines as the journal does, without its keys: the indexer does not check signatures."""

    def __init__(self, root: Path, log_no: int = 0) -> None:
        self.folder = root / str(log_no)
        self.folder.mkdir(parents=True)
        self.path = self.folder / segment_name(0)
        self.seq = 0
        self.prev = seed("local/device/0")

    def append(self, command: str = "ls", **changes: object) -> AuditEntry:
        facts = {"prev": self.prev.hex(), **changes}
        entry = _entry(int(facts.pop("seq", self.seq)), command, **facts)
        data = render(entry)
        with self.path.open("ab") as out:
            out.write(render_line(data, b"\0" * 64))
        self.prev, self.seq = leaf_hash(data), self.seq + 1
        return entry

    def begin_segment(self) -> None:
        self.path = self.folder / segment_name(self.seq)


@pytest.fixture
def journal(tmp_path):
    """An empty journal below `<tmp>/log/0`."""
    return SmallJournal(tmp_path / "log")
