"""Work in the background: one at a time, and every end is told."""

from __future__ import annotations

import threading
import time

import pytest

from sensor.model.errors import HandrailError
from web.making import Making


def ended(making: Making, work) -> None:
    thread = making.start(work)
    assert thread is not None
    thread.join(30)


def test_the_report_of_the_newest_is_kept():
    making: Making[int] = Making("numbers", time.time)
    assert making.made.report is None and not making.made.is_running
    ended(making, lambda: 3)
    assert making.made.report == 3 and making.made.ended > making.made.started > 0
    ended(making, lambda: 4)
    assert making.made.report == 4


def test_one_at_a_time():
    go = threading.Event()
    making: Making[bool] = Making("waits", time.time)
    first = making.start(lambda: go.wait(60))
    assert first is not None and making.made.is_running and making.start(lambda: True) is None
    go.set()
    first.join(30)
    assert making.made.report is True


@pytest.mark.parametrize("error", [HandrailError("it is gone"), OSError("it is gone")])
def test_a_problem_is_told(error):
    def fail() -> int:
        raise error

    making: Making[int] = Making("fails", time.time)
    ended(making, fail)
    assert making.made.report is None and making.made.problem == "it is gone" and not making.made.is_running


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_of_ours_ends_the_work_too():
    def fail() -> int:
        raise ZeroDivisionError

    making: Making[int] = Making("breaks", time.time)
    ended(making, fail)
    assert not making.made.is_running and "unexpectedly" in making.made.problem
