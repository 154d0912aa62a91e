"""CI tier of the fault harness; `python -m tests.faults --tier full` runs the larger one and prints its table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import commands
import disk
import kill9
import planted
import powerloss
import states

ZERO = ("lost", "tampered", "differ", "new_logs", "refused_starts", "uncounted", "unseen", "found", "crashed", "slow", "overlooked")


def clean(totals) -> bool:
    return not {name: totals[name] for name in ZERO if totals.get(name)}


def test_no_acknowledged_entry_is_lost_by_kill_9(tmp_path):
    totals = kill9.run(30, seed=7, folder=tmp_path)
    assert totals["rounds"] == 30 and totals["allow"] > 500 and totals["decision"] > 50
    assert clean(totals), totals


def test_no_answered_decision_is_lost_with_the_power(tmp_path):
    totals = powerloss.run(120, seed=7, folder=tmp_path)
    assert totals["states"] == 120 and totals["acknowledged"] > 1000
    assert clean(totals), totals


def test_a_failing_disk_loses_nothing_without_counting_it(tmp_path):
    totals = disk.run(9, tmp_path)
    assert totals["cases"] == 40 and totals["refused"] > 100 and totals["acknowledged"] > 500
    assert clean(totals), totals


@pytest.mark.parametrize("kind", states.KINDS)
def test_what_others_do_to_a_log_is_seen(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(states, "KINDS", {kind: states.KINDS[kind]})
    totals = states.run(6, seed=7, folder=tmp_path)[kind]
    assert totals["cases"] >= 6 and clean(totals), totals


def test_planted_secrets_are_nowhere_not_even_in_the_spool_of_the_hook_client(tmp_path):
    totals = planted.run(300, seed=7, folder=tmp_path)
    assert totals["cases"] == 300 and clean(totals), totals


def test_a_planted_secret_that_was_kept_would_be_found():
    cores = ("a1B2c3D4e5f6", "zzzzzzzzzzzz")
    assert planted.cores_in(b"x AKIAa1B2c3D4e5f6Q y", cores) == {"a1B2c3D4e5f6"} and planted.cores_in(b"nothing", cores) == set()


def test_commands_that_nobody_wrote_are_judged(tmp_path):
    totals = commands.run(400, seed=7, folder=tmp_path)
    assert totals["cases"] == 400 and totals["blocked"] > 4 and clean(totals), totals


def test_a_command_that_is_too_much_would_be_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "SLOW_SECONDS", 0)
    assert commands.run(3, seed=7, folder=tmp_path)["slow"] == 3
    monkeypatch.setattr(commands, "reported", lambda command: None)
    assert commands.run(3, seed=7, folder=tmp_path)["crashed"] == 3
