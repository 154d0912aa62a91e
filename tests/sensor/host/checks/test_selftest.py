"""The self-test against hooks that behave and hooks that do not, and a real journal."""

from __future__ import annotations

import sys

import pytest

from sensor.audit.drafts.drafts import draft
from sensor.audit.journal.opening import LogSettings, open_log
from sensor.host.checks.probes import Probe
from sensor.host.checks.selftest import Found, HookCommand, SelfTestFailed, call_hook, find_entries, self_test
from sensor.model.verdicts import Mode

DENY = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}'


@pytest.fixture
def hook(tmp_path):
    """A hook that denies what contains `rm -rf` (unless told otherwise)."""

    def make(when_bad: str = f"printf '%s' '{DENY}'", when_good: str = ":") -> HookCommand:
        file = tmp_path / "a hook"
        file.write_text(f'#!/bin/sh\ncase "$(cat)" in *"rm -rf"*) {when_bad} ;; *) {when_good} ;; esac\n')
        file.chmod(0o755)
        return HookCommand(agent="claude-code", shell=f"'{file}' --agent claude-code")

    return make


@pytest.fixture
def journal(plan):
    opened = open_log(LogSettings(root=plan.paths.log, keys=plan.paths.keys, version="0", platform=sys.platform))
    yield opened.journal
    opened.journal.close()


def record(journal, nonce: str) -> None:
    for number, answer in ((1, "allow"), (2, "deny")):
        journal.append(draft("call", session=f"handrail-self-test-{nonce}", tool_use_id=f"{nonce}-{number}", would_answer=answer))


def test_shell_and_words_are_both_run_as_the_agent_would(hook, tmp_path):
    probe = Probe(session="s", call_id="c", command="rm -rf /", cwd=str(tmp_path))
    assert call_hook(hook(), probe).stdout.decode() == DENY
    words = HookCommand(agent="claude-code", words=(str(tmp_path / "a hook"), "--agent", "claude-code"))
    assert call_hook(words, probe).stdout.decode() == DENY


def test_success_is_one_sentence(hook, plan, journal):
    record(journal, "n1")
    assert "canary was denied" in self_test(hook(), plan.paths, Mode.ENFORCE, "n1")


def test_observe_expects_silence(hook, plan, journal):
    record(journal, "n2")
    assert "would have been denied" in self_test(hook(when_bad=":"), plan.paths, Mode.OBSERVE, "n2")
    with pytest.raises(SelfTestFailed, match="although"):
        self_test(hook(), plan.paths, Mode.OBSERVE, "n2")


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        (":", ":", "was not denied"),
        ("echo broken >&2; exit 1", ":", "not let through .exit 1.: broken"),
        ("exit 2", "exit 2", "not let through"),
    ],
)
def test_misbehaving_hooks_are_named(hook, plan, good, bad, message):
    with pytest.raises(SelfTestFailed, match=message):
        self_test(hook(when_bad=bad, when_good=good), plan.paths, Mode.ENFORCE, "n3")


def test_a_missing_hook_is_named(plan, own_home):
    with pytest.raises(SelfTestFailed, match="cannot be run"):
        self_test(HookCommand(agent="claude-code", words=("/nonexistent/hook",)), plan.paths, Mode.ENFORCE, "n4")


def test_calls_that_are_not_in_the_log_fail_the_test(hook, plan, monkeypatch):
    monkeypatch.setattr("sensor.host.checks.selftest.LOG_TIMEOUT_S", 0.1)
    with pytest.raises(SelfTestFailed, match="0 of the 2 calls"):
        self_test(hook(), plan.paths, Mode.ENFORCE, "n5")


def test_only_entries_of_the_session_are_found(plan, journal):
    record(journal, "n6")
    record(journal, "n7")
    found = find_entries(plan.paths, "handrail-self-test-n7")
    assert found == (
        Found(session="handrail-self-test-n7", tool_use_id="n7-1", would_answer="allow"),
        Found(session="handrail-self-test-n7", tool_use_id="n7-2", would_answer="deny"),
    )
