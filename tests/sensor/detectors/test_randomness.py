from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensor.detectors.randomness import (
    entropy,
    has_run,
    is_counted,
    is_hash_or_uuid,
    is_mask,
    is_placeholder,
    is_random_around_word,
    is_wordlike,
    looks_random,
)


@pytest.mark.parametrize(("value", "bits"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)])
def test_entropy_is_shannons(value, bits):
    assert entropy(value) == pytest.approx(bits)


@pytest.mark.parametrize("value", ["${TOKEN}", "{{ token }}", "<your-token>", "xxxxxxxxxx", "********", "your_api_key", "changeme", "EXAMPLEKEY123", "process.env.KEY", "password"])
def test_stand_ins_are_known(value):
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["f3Kq9ZtL2vXbN8wRy5Pd", "Tr0ub4dor&3x", "correct-horse"])
def test_values_are_no_stand_ins(value):
    assert not is_placeholder(value)


@pytest.mark.parametrize(("value", "expected"), [("aaaaaaaaaa", True), ("abcabcabc", False), ("aaa", False)])
def test_runs_of_one_character(value, expected):
    assert has_run(value) is expected


@pytest.mark.parametrize(("value", "expected"), [("xxxxxxxxxxxx", True), ("QQQQQQQQQQQQQQQQ", False), ("your-key-here", True), ("00000000", True)])
def test_masks_say_that_they_are_masks(value, expected):
    assert is_mask(value) is expected


@pytest.mark.parametrize(("value", "expected"), [("abcdefghijkl", True), ("0123456789abcdef", True), ("f3Kq9ZtL2vXb", False), ("abc", False)])
def test_counted_values(value, expected):
    assert is_counted(value) is expected


@pytest.mark.parametrize(("value", "expected"), [("d41d8cd98f00b204e9800998ecf8427e", True), ("123e4567-e89b-12d3-a456-426614174000", True), ("f3Kq9ZtL2vXb", False)])
def test_digests_and_uuids(value, expected):
    assert is_hash_or_uuid(value) is expected


@pytest.mark.parametrize(("value", "expected"), [("configurationManager", True), ("user-session-store", True), ("f3Kq9ZtL2vXbN8wRy5Pd", False), ("1234", False)])
def test_words_are_told_from_noise(value, expected):
    assert is_wordlike(value) is expected


@pytest.mark.parametrize(("value", "expected"), [("f3Kq9ZtL2vXbN8wRy5Pd", True), ("short1", False), ("12345678901234567890", False), ("configurationManagerOfTests", False)])
def test_random_values(value, expected):
    assert looks_random(value) is expected


@given(st.text(max_size=200))
def test_every_measure_takes_any_text(value):
    assert 0 <= entropy(value) <= 8 and isinstance(is_placeholder(value) or is_wordlike(value) or looks_random(value), bool)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("f3Kq9ZtL2vXbN8wRy5PdFakeq7Hs4Ju6Mz1CvEg8", True), ("fake-token-for-the-tests-of-the-login", False), ("f3Kq9ZtL2vFAKE", False),
        ("f3Kq9ZtL2vXbN8wRy5Pdxxxxxxxxq7Hs4Ju6Mz1CvEg8", False),
    ],
)
def test_a_word_in_a_long_random_value_excuses_nothing(value, expected):
    assert is_random_around_word(value) is expected
