"""What is waited for, and for how long."""

from __future__ import annotations

import threading

import pytest

from sensor.audit.outside.deadline import within


def test_what_comes_in_time_is_returned_or_raised():
    assert within(5, lambda: 7) == 7
    with pytest.raises(ValueError, match="seven"):
        within(5, lambda: int("seven"))


def test_what_is_late_is_left_behind():
    held = threading.Event()
    with pytest.raises(TimeoutError, match="took more than"):
        within(0.1, held.wait)
    held.set()
