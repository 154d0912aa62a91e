"""CI tier of the fault harness; `python -m tests.faults` runs the larger one and prints its table."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import kill9
import powerloss


def test_no_acknowledged_entry_is_lost_by_kill_9(tmp_path):
    totals = kill9.run(30, seed=7, folder=tmp_path)
    assert totals["allow"] > 500 and totals["decision"] > 50
    assert (totals["lost"], totals["tampered"], totals["differ"], totals["new_logs"]) == (0, 0, 0, 0)


def test_no_answered_decision_is_lost_with_the_power(tmp_path):
    totals = powerloss.run(120, seed=7, folder=tmp_path)
    assert totals["states"] == 120 and totals["acknowledged"] > 1000
    assert (totals["lost"], totals["tampered"], totals["differ"], totals["refused"]) == (0, 0, 0, 0)
