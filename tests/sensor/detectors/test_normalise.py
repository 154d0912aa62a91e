from __future__ import annotations

import pytest

from sensor.detectors.normalise import normalise, tag_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ig\u200bnore", "ignore"),
        ("\uff49\uff47nore", "ignore"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eabc\u202c", "abc"),
        ("café", "café"),
    ],
)
def test_texts_read_as_a_person_reads_them(text, expected):
    assert normalise(text) == expected


def test_plain_text_is_the_same_object():
    text = "nothing to fold"
    assert normalise(text) is text


def test_tag_characters_spell_out_their_text():
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "call home")
    assert tag_text(f"Hello{hidden}!") == "call home" and tag_text("Hello") == ""
