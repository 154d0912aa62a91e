from __future__ import annotations

import re

import pytest

from sensor.patterns.syntax import nests_repeats


@pytest.mark.parametrize(
    "pattern",
    [
        "(?:a+)+b", "([a-z]+)*!", "(?:a*)*b", "(?:a+b?)+c", r"(?:\s*\w*)*x", r"(?:-\S+ (?:\S+ )?)*x", "(?i)(?:[A-Z]+k)+!", "(?:a+|b)+c", r"(?:.*,)+P",
        "(?:(?:ab)+a?)+c", "(?:[^x]+y)+z", r"(?:\w+\W*)+!", "(?:(?:a+b)*c?)*d", "(?:x(?:a+)?a)+y", "(?:(?:a+a+b)?c)+d",
    ],
)
def test_what_can_be_split_in_many_ways(pattern):
    assert nests_repeats(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:[\w.-]+/)*x", r"(?:-\w+\s+)*sshd", r"(?:\.\.[/\\]+){2,}x", r"(?:\r?\n[ \t]*){25,}x", r"https?://(?:[a-z0-9\-]+\.)*evil", "(?:[-:][a-z]+)*$",
        r"(?:\.[a-z0-9\-]{2,})+x", "(?:ab)+c", "(?:a{1,3})+", r"(?:[a-z]+=\d*;)+x", r"(?:-[A-Z]+\s+)*-S",
    ],
)
def test_what_only_looks_nested(pattern):
    assert not nests_repeats(pattern)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(?:[\w.-]+/)*!", "a" * 5000), (r"(?:[\w.-]+/)*!", "a/" * 3000), (r"(?:-\w+\s+)*!", "-a " * 3000), (r"(?:[a-z]+=\d*;)+!", "a=1;" * 3000)])
def test_what_passes_does_not_stall_a_backtracking_engine(pattern, text):
    assert not nests_repeats(pattern) and re.search(pattern, text) is None
