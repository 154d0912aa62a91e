"""Secrets of 30 kinds through all tools: none may be in the journal, the index and its log, the spool, any export, or any page.

    python tests/faults/planted.py [--secrets 10000]
"""

from __future__ import annotations

import importlib.util
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hyperscan

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hooks import spool
from sensor.audit.drafts.drafts import CallDrafter, CallFacts, draft_reasoning
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.export.formats import FORMATS
from sensor.export.records import Selection, read_records
from sensor.model.calls import Caller, Phase, ToolCall, ToolKind
from sensor.model.verdicts import Answer, JudgedCall, Judgement, Mode, ScanProfile, Verdict
from sensor.store.indexer import IndexerConfig, rebuild
from tests.bench.pages import HOST, logged_in

# A client looks through its whole spool before it writes: without a sensor that empties it, many files would make the run slow.
SPOOL_FILES = 500
# What a hook event of each tool looks like when the hook client must decide alone.
EVENTS = {
    "shell": lambda s: {"tool_name": "Bash", "tool_input": {"command": f"curl -H 'x: {s}' https://example.test", "description": s}},
    "read": lambda s: {"tool_name": "Read", "tool_input": {"file_path": f"/tmp/{s}"}},
    "write": lambda s: {"tool_name": "Write", "tool_input": {"file_path": "/tmp/.env", "content": f"A=1\n{s}\nB=2"}},
    "edit": lambda s: {"tool_name": "Edit", "tool_input": {"file_path": "/tmp/.env", "old_string": s, "new_string": f"x {s}"}},
    "fetch": lambda s: {"tool_name": "WebFetch", "tool_input": {"url": f"https://example.test/?q={s}", "prompt": s}},
    "search": lambda s: {"tool_name": "Grep", "tool_input": {"pattern": s, "path": "/tmp"}},
    "mcp": lambda s: {"tool_name": "mcp__db__query", "tool_input": {"dsn": s, "nested": [{"deep": s}]}},
    "agent": lambda s: {"tool_name": "Task", "tool_input": {"prompt": f"use {s} please"}},
    "prompt": lambda s: {"hook_event_name": "UserPromptSubmit", "prompt": f"my key is {s}"},
    "result": lambda s: {"hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": {"command": "env"}, "tool_response": {"stdout": s}},
}


def shapes():
    """The module that holds the kinds of secrets and the actions of the audit room's own test."""
    path = Path(__file__).resolve().parents[1] / "sensor" / "audit" / "drafts" / "test_second_scan.py"
    spec = importlib.util.spec_from_file_location("planted_shapes", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def secrets(amount: int, chance: random.Random) -> Iterator[tuple[int, str, str, str]]:
    """(number, kind, text as it stands in a call, the part that must not be found)."""
    known = shapes()
    kinds = list(known.SHAPES)
    for number in range(amount):
        kind = kinds[number % len(kinds)]
        yield (number, kind, *known.make_secret(kind, chance))


def plant(amount: int, chance: random.Random, folder: Path) -> dict[str, str]:
    """Write calls, results, reasoning and spool records that hold secrets. Returns core -> kind."""
    known, planted = shapes(), {}
    redact = Redactor(SecretScanner(), bytes(range(32))).redact
    drafter = CallDrafter(redact, chance.randbytes)
    journal = open_log(LogSettings(root=folder / "log", keys=folder / "keys", reserve_bytes=0, redact=redact)).journal
    actions, events = list(known.ACTIONS.values()), list(EVENTS.values())
    for number, kind, text, core in secrets(amount, chance):
        planted[core] = kind
        turn = number // len(known.SHAPES)
        call = ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.AFTER if number % 2 else Phase.BEFORE, kind=ToolKind.UNKNOWN, tool="Tool",
                        action=actions[turn % len(actions)](text), arguments={"input": text}, result=f"output {text}" if number % 2 else "", session="s", tool_use_id=f"t{number}")
        judgement = Judgement(verdict=Verdict.CLEAN, answer=Answer.ALLOW, would_answer=Answer.ALLOW, mode=Mode.ENFORCE, profile=ScanProfile.STRICT)
        journal.append(drafter.draft(JudgedCall(call=call, caller=Caller(uid=1000), judgement=judgement), CallFacts()))
        if number % 7 == 0:
            journal.append(draft_reasoning(call, f"I take {text} for this.", "transcript", (redact, chance.randbytes)))
        event = {"hook_event_name": "PreToolUse", "session_id": "s", "cwd": "/w", "tool_use_id": f"t{number}", **events[turn % len(events)](text)}
        outcome = spool.Outcome(agent="claude-code", answer="allow", rule="", mode="enforce", reason="the sensor is away", truncated=False)
        place = folder / "spool" / str(number // SPOOL_FILES)
        assert spool.write_record(str(place), spool.render_record(outcome, event, repr(event).encode(), spool.now()))
    journal.close()
    return planted


def pages(folder: Path) -> bytes:
    """Every page of the list of events, every event's own page, and the session's, as one text."""
    client, found = logged_in(folder, folder / "index.db"), []
    waiting, known = ["/events", "/sessions", "/sessions/named?session=s&agent=claude-code"], set[str]()
    while waiting:
        path = waiting.pop()
        answer = client.get(path, headers={"Host": HOST}, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        found.append(answer.data)
        links = {link for link in re.findall(r'href="(/events/\d+/\d+|/events\?before=\d+|/sessions/[^"?]+\?after=\d+)"', answer.text) if link not in known}
        known |= links
        waiting += sorted(links)
    return b"\n".join(found)


def cores_in(data: bytes, cores: tuple[str, ...]) -> set[str]:
    """Which of many alphanumeric words occur in `data`, in one pass."""
    database, hits = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK), set()
    flags = hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(expressions=[core.encode() for core in cores], ids=list(range(len(cores))), elements=len(cores), flags=[flags] * len(cores))
    database.scan(data, match_event_handler=lambda number, start, end, flags, context: hits.add(cores[number]) and None)
    return hits


def run(amount: int, seed: int, folder: Path) -> dict[str, int]:
    """Plant, index, export, look. Returns the table's figures; `found` must be 0."""
    planted = plant(amount, random.Random(seed), folder)
    rebuild(IndexerConfig(log=folder / "log", index=folder / "index.db", wakeup=folder / "wake"))
    # Whole folders at once: a database of ten thousand words is compiled for each.
    files = {place.name: b"\n".join(path.read_bytes() for path in (place, *place.rglob("*")) if path.is_file()) for place in folder.iterdir()}
    files |= {name: b"".join(render(read_records(folder / "log", Selection()))) for name, render in FORMATS.items()}
    files["pages"] = pages(folder)
    found = {(planted[core], name) for name, data in files.items() for core in cores_in(data, tuple(planted))}
    for kind, name in sorted(found):
        print(f"a secret of kind {kind} is in {name}", file=sys.stderr)
    assert files["pages"].count(b"[redacted") >= amount, "the pages were not seen"
    redacted = sum(data.count(b"[redacted") for name, data in files.items() if name.startswith(("log", "spool")))
    return {"cases": amount, "found": len(found), "unseen": int(redacted < amount)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        print(run(int(sys.argv[sys.argv.index("--secrets") + 1]) if "--secrets" in sys.argv else 10_000, 1, Path(place)))
