"""Time stamps both ways, and clocks that move forward."""

from __future__ import annotations

import datetime

import pytest

from sensor.audit.form.clock import Stamp, micros, system_clock


@pytest.mark.parametrize("ns", [0, 999, 1_000, 1_772_442_000_123_456_789, 951_782_399_999_999_000, 4_102_444_800_000_000_000])
def test_a_stamp_is_rfc_3339_in_utc_and_comes_back(ns):
    text = Stamp().render(ns)
    moment = datetime.datetime.fromtimestamp(ns // 10**9, datetime.timezone.utc).replace(microsecond=ns // 1000 % 10**6)
    assert text == moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert micros(text) == ns // 1000


def test_one_stamp_serves_times_in_any_order():
    stamp = Stamp()
    times = [5 * 10**9, 6 * 10**9, 5 * 10**9 + 1000, 6 * 10**9]
    assert [micros(stamp.render(ns)) for ns in times] == [ns // 1000 for ns in times]


@pytest.mark.parametrize("text", [
    "", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000000+00:00", "2026-03-02 09:00:00.000000Z", "2026-13-02T09:00:00.000000Z",
    "2026-03-02T09:00:00.00000xZ", "2026-03-02T09:00:00,000000Z",
])
def test_any_other_form_is_refused(text):
    with pytest.raises(ValueError):
        micros(text)


def test_the_machines_clocks():
    clock = system_clock()
    first, second = clock.mono_ns(), clock.mono_ns()
    assert 0 < first <= second
    assert clock.wall_ns() > 1_700_000_000 * 10**9
    assert len(clock.boot_id) == 36 and clock.boot_id == system_clock().boot_id
