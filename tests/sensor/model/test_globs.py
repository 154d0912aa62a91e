"""Patterns mean what the shell means, and take no time that grows with the square of their length."""

from __future__ import annotations

import time

import pytest

from sensor.model.globs import fits_glob


@pytest.mark.parametrize(("name", "pattern", "expected"), [
    (".ssh", ".ss?", True), (".ssh", ".ss[a-h]", True), (".ssh", ".ss[!h]", False), ("a]b", "a[]]b", True), ("anything", "*", True), ("a", "b", False),
    ("a[b", "a[b", True), (".ssh", ".ss[", True), ("ab", "[", False), ("x[", "[xy][", True),
    ("name", "x*" * 2048, False), ("name", "x*" * 2049, True),
])
def test_patterns(name, pattern, expected):
    assert fits_glob(name, pattern) is expected


@pytest.mark.parametrize("unit", ["[", "\x1b[", "[]", "[!", "[]["])
def test_brackets_without_an_end_take_no_time(unit):
    began = time.process_time()
    fits_glob("name", unit * (4096 // len(unit)))
    assert time.process_time() - began < 2
