"""The result of a verification as text and as an exit code."""

from __future__ import annotations

import pytest

from sensor.audit.verifying.report import (
    LIMITS,
    Anchor,
    Outcome,
    Problem,
    VerifyReport,
    Window,
    render_report,
    window_behind,
)

GOOD = VerifyReport(log="local/device/0", entries=9, anchors=(Anchor(name="local pin", size=9, ts="2026-03-02T09:00:00.000000Z"),),
                    window=Window(seconds=12), outside_window=Window(entries=9))
BAD = Problem(row="N1", seq=4, what="wrong seq", expected="4", found="5")


@pytest.mark.parametrize(("report", "outcome", "code"), [
    (GOOD, Outcome.VERIFIED, 0),
    (VerifyReport(not_proven=("no anchor",)), Outcome.NOT_PROVEN, 3),
    (VerifyReport(problems=(BAD,)), Outcome.TAMPERED, 1),
    (VerifyReport(problems=(BAD,), not_proven=("no anchor",)), Outcome.TAMPERED, 1),
])
def test_evidence_comes_before_doubt_and_doubt_before_success(report, outcome, code):
    assert (report.outcome, report.exit_code) == (outcome, code)


def test_the_window_and_the_limits_stand_beside_verified():
    text = render_report(GOOD)
    assert text.startswith("verified: log local/device/0, 9 entries")
    assert "window in which a deletion goes unseen: 12 s" in text
    assert "who can change keys and pin as well: unlimited" in text
    assert all(limit in text for limit in LIMITS)
    assert "valid" not in text


def test_the_first_bad_entry_and_both_values_are_named():
    text = render_report(VerifyReport(problems=(BAD,)))
    assert "TAMPERED" in text and "N1 entry 4: wrong seq" in text and "expected 4" in text and "found    5" in text


def test_without_an_anchor_the_window_is_unlimited():
    text = render_report(VerifyReport(not_proven=("no anchor outside the log confirms it",)))
    assert "not proven: no anchor" in text and "unlimited" in text and "\nverified" not in text


def test_the_window_is_behind_the_newest_anchor():
    old, new = (Anchor(name="x", size=size, ts=f"2026-03-02T09:00:{size:02d}.000000Z") for size in (3, 7))
    now_us = 1772442010_000_000 + 60_000_000  # 2026-03-02T09:01:10Z
    assert window_behind((new, old), 9, now_us) == Window(seconds=63, entries=2)
    assert window_behind((), 9, now_us) == Window(seconds=-1, entries=9) and window_behind((new,), 7, 0).seconds == 0


@pytest.mark.parametrize(("window", "words"), [
    (Window(seconds=-1), "unlimited (no anchor)"), (Window(seconds=5, entries=1), "5 s, 1 entry"), (Window(seconds=5, entries=2), "5 s, 2 entries")])
def test_a_window_in_words(window, words):
    assert window.words == words
