"""Places of one pattern, with RE2 and without it."""

from __future__ import annotations

import pytest

from sensor.patterns import finder
from sensor.patterns.finder import RE_MAX_BYTES, SPAN_BEFORE, Finder


@pytest.fixture(params=["re2", "re"])
def library(request, monkeypatch):
    """RE2 where there is a wheel of it, and `re`."""
    if request.param == "re":
        monkeypatch.setattr(finder, "re2", None)
    elif finder.re2 is None:
        pytest.skip("no wheel of RE2 for this platform")
    return request.param


@pytest.mark.parametrize(
    ("pattern", "data", "span"),
    [("rm", b"sudo rm x", (5, 7)), ("^rm$", b"a\nrm\nb", (2, 4)), ("a.b", b"a\nb", (0, 3)), ("ümlaut", "ein ümlaut".encode(), (4, 11)), ("x", b"aaa", None)])
def test_finder(library, pattern, data, span):
    assert Finder(pattern).find(data) == span


def test_nested_repeats_need_linear_time(library):
    assert Finder("(?:a+)+b").find(b"aab") == ((0, 3) if library == "re2" else None)


def test_a_hit_far_inside_is_located(library):
    data = b"-" * 100_000 + b"needle" + b"-" * 10
    assert Finder("needle").find_near(data, 100_006) == (100_000, 100_006)
    assert Finder("needle").find_near(data, -1) == (100_000, 100_006)


def test_a_hit_that_cannot_be_located_is_kept(library):
    assert Finder("needle").find_near(b"hay", 2) == (2, 2)
    assert Finder("needle").find_near(b"needle" + b"-" * 2 * SPAN_BEFORE, 2 * SPAN_BEFORE) == (2 * SPAN_BEFORE, 2 * SPAN_BEFORE)


def test_every_match_is_found_in_bytes(library):
    assert list(Finder("ü+").find_each("aüüaü".encode())) == [(1, 5), (6, 8)] and list(Finder("a").find_each(b"aba")) == [(0, 1), (2, 3)]


def test_where_nothing_found_means_nothing_there(library):
    assert Finder("a").can_tell(b"b")
    assert Finder("a").can_tell(b"b" * (RE_MAX_BYTES + 1)) is Finder("(?:a+)+b").can_tell(b"b") is (library == "re2")


def test_a_pattern_that_does_not_compile_is_named(library):
    with pytest.raises(ValueError, match="does not compile: '\\(a"):
        Finder("(a").build()
