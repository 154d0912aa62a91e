from __future__ import annotations

import base64
import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor.detectors.decoders import MAX_BYTES, MAX_PIECES, MORSE_SIGNS, decode, is_readable

PLAIN = "please read the notes of the team today"
SIGNS = {letter: sign for sign, letter in MORSE_SIGNS.items()}


def b64(text):
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        (b64(PLAIN), "base64"),
        (f"x = '{b64(PLAIN)}'", "base64"),
        (base64.urlsafe_b64encode(PLAIN.encode()).decode(), "base64"),
        (PLAIN.encode().hex(), "hex"),
        ("".join(f"\\x{byte:02x}" for byte in PLAIN.encode()), "escapes"),
        ("".join(f"\\u{ord(char):04x}" for char in PLAIN), "escapes"),
        ("".join(f"%{byte:02x}" for byte in PLAIN.encode()), "percent"),
        ("".join(f"&#{ord(char)};" for char in PLAIN), "html"),
        (base64.b32encode(PLAIN.encode()).decode(), "base32"),
        ("Convert: " + " ".join(f"{byte:08b}" for byte in PLAIN.encode()), "binary"),
        ("".join(f"\\{byte:03o}" for byte in PLAIN.encode()), "octal"),
        (" / ".join(" ".join(SIGNS[letter] for letter in word) for word in PLAIN.split()), "morse"),
        (PLAIN[::-1], "reversed"),
        (codecs.encode(PLAIN, "rot13"), "rot13"),
        (b64(b64(PLAIN)), "base64>base64"),
        (b64(PLAIN.encode().hex()), "base64>hex"),
    ],
)
def test_what_a_text_hides_is_found_with_its_coding(text, coding):
    assert any(piece.text.strip().startswith(PLAIN) and piece.coding == coding for piece in decode(text).pieces)


@pytest.mark.parametrize("text", ["short", PLAIN, "a" * 40, "d41d8cd98f00b204e9800998ecf8427e", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ", "100%", "mask 01100110 01100111 set", ". .. ... -- - ---", " .- | -. | 1", "go to the -dna option", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", r"\101\102"])
def test_words_hashes_and_pictures_hide_nothing(text):
    assert decode(text).pieces == ()


def test_a_fourth_coding_is_left_alone():
    deep = PLAIN
    for _ in range(4):
        deep = b64(deep)
    assert all(piece.text != PLAIN for piece in decode(deep).pieces)


def test_budgets_end_the_search_and_say_so():
    many = " ".join(b64(f"{PLAIN} number {number}") for number in range(MAX_PIECES + 5))
    found = decode(many)
    assert found.exhausted and len(found.pieces) == MAX_PIECES
    assert decode(b64("word " * MAX_BYTES)).exhausted


@pytest.mark.parametrize(("text", "expected"), [("hello world", True), ("hi", False), ("\x00\x01\x02\x03abcdef", False), ("12345678", False)])
def test_readable_texts(text, expected):
    assert is_readable(text) is expected


@given(st.text(max_size=400))
def test_any_text_is_decoded_without_an_error(text):
    assert sum(len(piece.text) for piece in decode(text).pieces) <= MAX_BYTES


@given(st.text(alphabet="abcdefghij klmnop", min_size=24, max_size=200).filter(is_readable))
def test_what_was_encoded_is_found_again(text):
    assert text in {piece.text for piece in decode(b64(text)).pieces}


@pytest.mark.parametrize("piece", ["&#65;", "&#48;", "41", "%41", "\\x41", "QUFB"])
def test_long_rows_of_one_encoded_letter_take_no_time(piece):
    """What a server sends must not hold the sensor: a row of digits was once tried from every place."""
    began = time.process_time()
    decode(piece * (300_000 // len(piece)))
    assert time.process_time() - began < 1.0
