"""Quoted texts in code of any language."""

from __future__ import annotations

import re

import pytest

from sensor.effects.code.literals import STRING, text_of


@pytest.mark.parametrize(("code", "expected"), [
    ('f("a b")', "a b"), ("f('a')", "a"), ("f(`a`)", "a"), ('f("")', ""), ('f(r"a")', "a"), (r'f("a\n\"b\"")', 'a\n"b"'), (r"f('it\'s')", "it's"), ('f(b"x")', "x"),
])
def test_what_it_says(code, expected):
    match = re.search(r"f\(" + STRING, code)
    assert match is not None and text_of(match) == expected


def test_a_text_ends_with_its_line():
    assert re.search(r"f\(" + STRING, 'f("a\nb")') is None
