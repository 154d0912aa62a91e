from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sensor.detectors.windows import windows


def test_a_short_text_is_one_window():
    assert list(windows(100, window=100, overlap=10)) == [(0, 100)]


def test_both_ends_come_before_the_middle():
    first, second, *_ = windows(1000, window=100, overlap=10)
    assert first == (0, 100) and second[1] == 1000


@given(st.integers(0, 5000), st.integers(20, 300), st.integers(0, 15))
def test_every_place_and_every_short_run_is_whole_in_a_window(size, window, overlap):
    parts = sorted(windows(size, window, overlap))
    assert parts[0][0] == 0 and parts[-1][1] == size
    for (_, end), (start, _) in itertools.pairwise(parts):
        assert end - start >= overlap or end == size
