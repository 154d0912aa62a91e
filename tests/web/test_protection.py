"""The facts on top of the first page, and their worst."""

from __future__ import annotations

import msgspec
import pytest

from sensor.host.services.children import ChildState, RunState
from sensor.store.queries.counters import AgentRow, ByVerdict
from sensor.store.queries.record import IndexState
from web import protection
from web.connections import Connection
from web.protection import Published, Sources, State

NOW = 1_800_000_000_000_000
WATCH = {"state": "running", "files": 143, "folders": 61, "swept": NOW / 1e6 - 5, "blind": 0, "problems": [], "harmed": [], "foreign": 0}
RUNS = {"mode": "enforce", "started": NOW / 1e6 - 60, "rules": {"count": 168}, "watch": WATCH}


def sources(**changes) -> Sources:
    given = {
        "status": RUNS, "record": IndexState(seq=99, entries=100), "behind": 0, "agents": (AgentRow(agent="claude-code", counts=ByVerdict(clean=5)),),
        "published": Published(is_known=True, size=97, ts=NOW - 12_000_000), "now_us": NOW, **changes,
    }
    return Sources(**given)


@pytest.fixture
def own(config, run):
    """A configuration with a state folder of its own."""
    facts = {name: getattr(config, name) for name in config.__struct_fields__}
    return type(config)(**{**facts, "index": run / "index.db", "keys": run / "keys", "log": run / "log"})


def fact(found: protection.Protection, name: str) -> protection.Fact:
    return next(one for one in found.facts if one.name == name)


def test_all_well(own):
    found = protection.assess(own, sources())
    assert found.state is State.GOOD and found.title == "Protected"
    assert fact(found, "Pinned").note == "3 newer could be deleted unseen (12 s)" and fact(found, "Sensor").note == "for 1 min 00 s"


@pytest.mark.parametrize(("model", "note"), [
    ({"model": "", "state": "off"}, "168 rules, no local model"),
    ({"model": "/m.gguf", "state": "running"}, "168 rules, and a local model"),
    ({"model": "/m.gguf", "state": "failed", "detail": "m.gguf is not the file that was chosen"}, "168 rules; local model failed: m.gguf is not the file that was chosen"),
])
def test_it_is_said_whether_a_local_model_is_used(own, model, note):
    assert fact(protection.assess(own, sources(status={**RUNS, "model": model})), "Mode").note == note


@pytest.mark.parametrize(("changes", "name", "state", "title"), [
    ({"status": {"problem": "away"}}, "Sensor", State.BAD, "Not protected"),
    ({"record": IndexState(fault="seq 5")}, "Chain", State.BAD, "Not protected"),
    ({"published": Published(problem="The local pin is damaged.")}, "Pinned", State.BAD, "Not protected"),
    ({"status": {**RUNS, "mode": "observe"}}, "Mode", State.WARN, "Watching only"),
    ({"status": {**RUNS, "modes": {"cursor": "observe"}}}, "Mode", State.WARN, "Protected in part"),
    ({"status": {**RUNS, "problems": ["a rule file"]}}, "Sensor", State.WARN, "Protected in part"),
    ({"behind": 1 << 20}, "Chain", State.WARN, "Protected in part"),
    ({"published": Published()}, "Pinned", State.WARN, "Protected in part"),
    ({"agents": ()}, "Agents", State.WARN, "Nothing protected yet"),
    ({"agents": (AgentRow(agent="claude-code", counts=ByVerdict()),)}, "Agents", State.WARN, "Nothing protected yet"),
    ({"agents": (), "status": {**RUNS, "mode": "observe"}}, "Agents", State.WARN, "Nothing protected yet"),
    ({"agents": (), "status": {"problem": "away"}}, "Agents", State.WARN, "Not protected"),
    ({"status": {**RUNS, "watch": {**WATCH, "problems": ["gone"]}}}, "Files", State.BAD, "Not protected"),
    ({"status": {**RUNS, "watch": {**WATCH, "state": "silent"}}}, "Files", State.WARN, "Protected in part"),
    ({"status": {**RUNS, "watch": {**WATCH, "state": "off"}}}, "Files", State.WARN, "Protected in part"),
    ({"status": {**RUNS, "watch": {**WATCH, "blind": 3}}}, "Files", State.WARN, "Protected in part"),
])
def test_each_fault_is_seen_and_decides_the_headline(own, changes, name, state, title):
    found = protection.assess(own, sources(**changes))
    assert fact(found, name).state is state and found.state is max(one.state for one in found.facts) and found.title == title


@pytest.mark.parametrize(("seconds", "words"), [(0.09, "just now"), (-3, "just now"), (70, "1 min ago")])
def test_the_last_sweep_is_told_in_words(own, seconds, words):
    found = protection.assess(own, sources(status={**RUNS, "watch": {**WATCH, "swept": NOW / 1_000_000 - seconds}}))
    assert fact(found, "Files").note == f"last sweep {words}"


def test_nothing_newer_than_the_pin(own):
    found = protection.assess(own, sources(published=Published(is_known=True, size=100, ts=NOW)))
    assert fact(found, "Pinned").note == "the local pin covers every entry"


def test_restarts_come_from_the_supervisor(own):
    own.children.write_bytes(msgspec.json.encode(RunState(supervisor=1, started=1.0, children=(ChildState(name="sensor", restarts=2),))))
    assert "2 restarts" in fact(protection.assess(own, sources()), "Sensor").note


@pytest.mark.parametrize(("connections", "state", "text"), [
    ((Connection(agent="claude-code", stands=True, was_connected=True), Connection(agent="cursor", stands=True)), State.GOOD, "2 connected"),
    ((Connection(agent="claude-code", stands=True), Connection(agent="cursor", was_connected=True, missing=("preToolUse",))), State.BAD, "hooks gone"),
    ((Connection(agent="claude-code", stands=True), Connection(agent="cursor", processes=2)), State.WARN, "1 not seen"),
    ((Connection(agent="claude-code", stands=True), Connection(agent="cursor")), State.GOOD, "1 connected"),
])
def test_agents_count_by_their_hooks_as_they_stand(own, connections, state, text):
    found = fact(protection.assess(own, sources(connections=connections)), "Agents")
    assert (found.state, found.text) == (state, text) and (state is State.GOOD or "cursor" in found.note)


def test_the_pin_is_read_and_a_forged_one_is_a_problem(own, config, dataset):
    assert protection.published(own) == Published()
    known = protection.published(config)
    assert known.is_known and known.size > 100 and known.ts > 0
    own.keys.mkdir(mode=0o700)
    for name in config.keys.iterdir():
        (own.keys / name.name).write_bytes(name.read_bytes())
        (own.keys / name.name).chmod(0o600)
    pin = own.keys / "pin.json"
    pin.write_bytes(pin.read_bytes().replace(b'"size":', b'"size":1'))
    assert "not signed" in protection.published(own).problem
