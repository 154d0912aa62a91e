"""Constant arithmetic."""

from __future__ import annotations

import pytest

from sensor.effects.syntax.arithmetic import calculate


@pytest.mark.parametrize(("text", "expected"), [
    ("1", 1), (" 1 + 2*3 ", 7), ("(1+2)*3", 9), ("7/2", 3), ("-7/2", -3), ("7%4", 3), ("-7%4", -3), ("+-1", -1),
    ("x+1", None), ("", None), ("1/0", None), ("2**99", None), ("7//2", None), ("1;2", None), ("1 2", None), ("9" * 30, None), ("9999999999*9999999999", None), ("(" * 50, None), ("007", None),
])
def test_values(text, expected):
    assert calculate(text) == expected


def test_a_computed_number_leaves_the_text_around_it_known(brief):
    assert brief('eval ": $((1+1)); rm -r ~/x"') == [":", "rm D:~/x"]
