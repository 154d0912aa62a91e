"""What agents did, on the command line: lists, one event, one session with its story."""

from __future__ import annotations

import pytest

from sensor.store.indexer import IndexerConfig, rebuild


@pytest.fixture(scope="module")
def told(live):
    """A short history: a clean call, a held one that a person rejects, a sub-agent's call, a blocked one."""
    live.bash("ls -la", "call-1")
    live.bash("cat README.md", "call-2", agent_id="a-7", agent_type="Explore")
    live.bash("rm -rf ~/", "call-3")
    live.bash("git push --force origin main", "call-4")
    for held in live.op("quarantine.list")["calls"]:
        live.op("quarantine.reject", id=held["id"], by="tester")
    paths = live.paths
    rebuild(IndexerConfig(log=paths.log, index=paths.index, wakeup=paths.index_wakeup))
    return live


def test_events_newest_first_and_filtered(terminal, told):
    found = terminal.json("events", "-n", "50")["events"]
    assert [event["seq"] for event in found] == sorted((event["seq"] for event in found), reverse=True)
    blocked = terminal.json("events", "--verdict", "block")["events"]
    assert blocked and {event["verdict"] for event in blocked} == {"block"}
    assert "rm -rf" in terminal.ok("events", "--search", "rm") and "ls -la" not in terminal.ok("events", "--search", "rm")


def test_one_event_with_everything(terminal, told):
    blocked = terminal.json("events", "--verdict", "block")["events"][0]
    shown = terminal.json("show", f"{blocked['log']}-{blocked['seq']}")
    assert shown["entry"]["summary"]["text"] == "rm -rf ~/" and len(shown["signature"]) == 128
    text = terminal.ok("show", str(blocked["seq"]))
    for word in ("verdict", "block", "finding", "follows", "effect"):
        assert word in text


@pytest.mark.parametrize("name", ["x", "1-2-3", "99999999"])
def test_what_is_no_event(terminal, told, name):
    assert terminal.error("show", name).exit_code == 2


def test_sessions_and_the_story_of_one(terminal, told):
    assert terminal.json("sessions")["sessions"][0]["session"] == "s1"
    story = terminal.json("sessions", "s1")
    assert [step["event"]["summary"] for step in story["steps"]][:3] == ["ls -la", "cat README.md", "rm -rf ~/"]
    assert [step["depth"] for step in story["steps"]][:3] == [0, 1, 0]
    decisions = [step for step in story["steps"] if step["event"]["kind"] == "approval"]
    assert all("reject" in step["event"]["summary"] for step in decisions)
    text = terminal.ok("sessions", "s1")
    assert "rm -rf" in text and "GAP" in text
    assert terminal.error("sessions", "nothing-like-this").exit_code == 2
