import time

import pytest

from sensor.model.moments import clock, moment, moments_told


@pytest.mark.parametrize(("since", "text"), [
    (1795859653.360785, "2026-11-28T09:54:13.360785Z"), (1795859653360785, "2026-11-28T09:54:13.360785Z"), (1795859653, "2026-11-28T09:54:13.000000Z"),
    (1795859653.9999999, "2026-11-28T09:54:14.000000Z"), (0, ""), (0.0, ""), (-1, ""),
])
def test_a_moment_has_one_form_whatever_it_is_counted_in(since, text):
    assert moment(since) == text


def test_only_moments_are_changed():
    before = {"ts": 1795859653360785, "calls": 1795859653, "recorded": True, "expires": "2026-11-28", "rows": [{"started": 0, "waits": 0.0, "seq": 3}], "pair": (1, {"at": 1.0})}
    assert moments_told(before) == {
        "ts": "2026-11-28T09:54:13.360785Z", "calls": 1795859653, "recorded": True, "expires": "2026-11-28", "rows": [{"started": "", "waits": "", "seq": 3}],
        "pair": [1, {"at": "1970-01-01T00:00:01.000000Z"}],
    }


def test_the_clock_of_lists_is_that_of_everything_else(monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert clock(1795859653360785) == "11-28 09:54:13"
    finally:
        monkeypatch.undo()
        time.tzset()
