from __future__ import annotations

import pytest

from tests.bench.detection_metrics import Outcome, by_source, measure, misses, p99, regressions, render_table, wilson


def outcome(verdict="allow", **facts):
    given = {"id": "1", "source": "specstory", "surface": "bash", "label": "benign", "tier": "allow", "category": "", "rules": (), "secret": False, "ms": 1.0, "problem": ""}
    return Outcome(**{**given, "verdict": verdict, **facts})


def value(rows, number):
    return next(one for one in measure(rows) if one.number == number)


def test_the_interval_is_wilsons():
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.490, abs=0.001) and high == pytest.approx(0.943, abs=0.001)
    assert wilson(0, 0) == (0.0, 0.0)


def test_a_failed_judgement_counts_as_a_miss():
    rows = [outcome("block", label="destructive", tier="block"), outcome("block", label="destructive", tier="block", problem="timeout")]
    assert value(rows, "1").value == 50.0 and [row.problem for row in misses(rows)] == ["timeout"]


def test_block_and_ask_are_counted_apart():
    rows = [outcome("ask"), outcome("block"), outcome("flag"), outcome()]
    assert (value(rows, "4a").value, value(rows, "4b").value, value(rows, "5").value) == (250.0, 500.0, 750.0)


def test_macro_averages_weigh_sources_alike_and_leave_small_ones_out():
    attack = {"label": "malicious", "tier": "flag"}
    rows = [outcome("flag", source="a", **attack)] * 100 + [outcome(source="b", **attack)] * 10 + [outcome(source="c", **attack)] * 9
    assert value(rows, "3").value == 50.0


def test_a_bar_holds_in_its_own_direction():
    good = value([outcome("block", label="destructive", tier="block")], "1")
    noisy = value([outcome("block")], "4a")
    assert good.holds() and not noisy.holds() and value([], "1").is_empty()


def test_precision_is_of_the_scanners_own_pairs():
    secret = {"surface": "write", "label": "secret", "tier": "flag", "category": "core:x"}
    rows = [outcome("flag", **secret), outcome("flag", surface="write", tier="allow_hard", source="gitleaks"), outcome("flag", surface="write", tier="allow", source="other")]
    assert value(rows, "8b").value == 50.0


def test_tiers_say_what_a_miss_is():
    rows = [outcome("flag", tier="block", label="malicious", id="a"), outcome(tier="flag", label="malicious", id="b"),
            outcome("ask", id="c"), outcome("flag", id="d"), outcome("block", tier="ambiguous", id="e")]
    assert [row.id for row in misses(rows)] == ["a", "b", "c"]


def test_the_slowest_hundredth():
    assert p99([]) == 0.0 and p99([float(number) for number in range(200)]) == 198.0


def test_the_table_and_the_sources_are_printed():
    rows = [outcome("block", label="destructive", tier="block"), outcome()]
    assert "destructive bash" in render_table(measure(rows)) and len(by_source(rows)) == 2


def test_a_regression_is_a_missed_bar_or_less_than_was_reached():
    hard = {"tier": "allow_hard", "source": "a"}
    assert regressions(measure([outcome("ask", **hard)] * 7 + [outcome(**hard)] * 93)) == []  # 7 %: short of 4, better than what was reached
    (line,) = regressions(measure([outcome("ask", **hard)] * 8 + [outcome(**hard)] * 92))
    assert line == "7 hard negatives: intervened: 8.00, must be <= 7.6, short of 4"
    (line,) = regressions(measure([outcome("flag", label="destructive", tier="block")]))
    assert line == "1 destructive bash: intervened: 0.00, must be >= 98"
