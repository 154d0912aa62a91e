"""The form that parsers work on: one character per byte."""

from __future__ import annotations

import pytest

from sensor.effects.syntax.script import decode, encode


@pytest.mark.parametrize("text", ["", "rm -rf x", "é", "日本 🙂", "a\0b\x7f", "\x80\xff"])
def test_there_and_back(text):
    assert decode(encode(text)) == text
    assert len(encode(text)) == len(text.encode())


def test_lone_surrogates_and_real_text_do_not_raise():
    assert decode("é日") == "é日" and encode("\ud800") == "?"
