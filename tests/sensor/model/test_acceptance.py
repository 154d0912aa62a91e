"""What of an audit may be accepted."""

from __future__ import annotations

import datetime
import time

import pytest

from sensor.model.acceptance import MAX_DAYS, check_of, day_of, is_in_force, why_never
from sensor.model.findings import Severity


@pytest.mark.parametrize(("check", "severity", "may"), [
    ("AGT-14", Severity.HIGH, True), ("HOST-05", Severity.LOW, True), ("AGT-01", Severity.CRITICAL, False), ("LOG-12", Severity.MEDIUM, False), ("LOG-03", Severity.HIGH, False),
])
def test_what_is_critical_or_about_the_log_never_is(check, severity, may):
    assert (why_never(check, severity) == "") is may


def test_a_key_names_its_check():
    assert check_of("AGT-14-0123456789abcdef") == "AGT-14"


@pytest.mark.parametrize("key", ["", "AGT-14", "AGT-14-", "AGT-14-0123456789abcde", "AGT-14-0123456789abcdeg", "x-AGT-14-0123456789abcdef", "AGT-14-0123456789abcdef\n"])
def test_what_is_no_key(key):
    with pytest.raises(ValueError, match="not the key"):
        check_of(key)


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (MAX_DAYS, True), (MAX_DAYS + 1, False), (40_000, False)])
def test_from_its_last_day_on_it_is_over_and_none_lasts_for_ever(days, counts):
    today = datetime.date(2026, 11, 26)
    assert is_in_force((today + datetime.timedelta(days=days)).isoformat(), today) is counts


def test_days_are_those_of_utc_wherever_one_lives(monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert day_of(1_795_651_200.0 - 1) == datetime.date(2026, 11, 25) and day_of(1_795_651_200.0 + 3) == datetime.date(2026, 11, 26)
    finally:
        monkeypatch.undo()
        time.tzset()
