from __future__ import annotations

import pytest

from sensor.patterns.normalise import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ig\u200bnore", "ignore"),
        ("\uff49\uff47nore", "ignore"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eabc\u202c", "abc"),
        ("ig\u180bno\U000e0080re", "ignore"),
        ("café", "café"),
    ],
)
def test_texts_read_as_a_person_reads_them(text, expected):
    assert normalise(text) == expected


def test_plain_text_is_the_same_object():
    text = "nothing to fold"
    assert normalise(text) is text


@pytest.mark.parametrize("sign", ["\ufdfa", "\ufdfb", "\u3316", "\u3300", "\u337f", "\u33fe"])
def test_no_sign_makes_a_text_many_times_as_long(sign):
    assert len(normalise(sign * 1000)) <= 1000
