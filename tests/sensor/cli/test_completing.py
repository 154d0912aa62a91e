"""What a shell completes: ids of held calls, rules, findings and sessions."""

from __future__ import annotations

import sys

import pytest
from click.shell_completion import ShellComplete

from sensor.cli.main import cli
from sensor.store.indexer import IndexerConfig, rebuild


@pytest.fixture
def complete(monkeypatch):
    """The words that a shell would offer after some words, in the installation below a prefix."""

    def offered(prefix, *words: str) -> dict[str, str | None]:
        monkeypatch.setattr(sys, "argv", ["handrail", "--prefix", str(prefix)])
        return {one.value: one.help for one in ShellComplete(cli, {}, "handrail", "_HANDRAIL_COMPLETE").get_completions(list(words[:-1]), words[-1])}

    return offered


def test_held_calls_by_their_id_in_either_case(complete, live):
    live.bash("git push --force origin main", "complete-1")
    (held,) = [one["id"] for one in live.op("quarantine.list", state="pending")["calls"]]
    for action in ("show", "approve", "reject"):
        assert complete(live.prefix, "quarantine", action, held[:3].lower()) == {held: "Bash: HR-GIT-001"}
    assert complete(live.prefix, "approve", "") == {held: "Bash: HR-GIT-001"} and complete(live.prefix, "approve", "X") == {}


def test_rules_by_their_id(complete, live):
    found = complete(live.prefix, "rules", "show", "hr-dst-00")
    assert found["HR-DST-001"] == "Recursive delete of root; a system directory or home" and all(rule.startswith("HR-DST-00") for rule in found)


def test_sessions_by_their_beginning(complete, live):
    live.bash("ls", "complete-2")
    rebuild(IndexerConfig(log=live.paths.log, index=live.paths.index, wakeup=live.paths.index_wakeup))
    assert set(complete(live.prefix, "sessions", "s")) == {"s1"} == set(complete(live.prefix, "events", "--session", "s"))
    assert complete(live.prefix, "sessions", "x") == {}


def test_findings_of_the_last_audit(complete, warm_paths, tmp_path):
    warm_paths.last_audit.write_text('{"time": "2026-11-27T09:00:00Z", "grade": "B", "score": 87, "results": ['
                                     '{"id": "AGT-14", "key": "k1", "severity": "medium", "state": "fail", "title": "no sandbox"},'
                                     '{"id": "AGT-01", "key": "k2", "severity": "critical", "state": "pass", "title": "asks"}]}')
    assert complete(tmp_path / "p", "audit", "accept", "agt") == {"AGT-14": "no sandbox"}


@pytest.mark.parametrize("words", [("approve", ""), ("rules", "show", "HR-"), ("sessions", ""), ("audit", "accept", "")])
def test_nothing_is_offered_and_nothing_fails_while_nothing_runs(complete, tmp_path, words):
    assert complete(tmp_path / "nothing", *words) == {}
