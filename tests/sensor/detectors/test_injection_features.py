"""What the model of words sees of a sentence."""

from __future__ import annotations

import pytest

from sensor.detectors.injection_features import features_of, stem


@pytest.mark.parametrize(("words", "one"), [
    (("send", "sends", "sending"), "send"), (("key", "keys"), "key"), (("run", "runs", "running"), "run"), (("policy", "policies"), "polici"), (("silent", "silently"), "silent"),
    (("pass", "passing"), "pas"), (("install", "installation", "installs"), "install"),
])
def test_forms_of_a_word_have_one_stem(words, one):
    assert {stem(word) for word in words} - {one} <= ({"pass"} if one == "pas" else set())


@pytest.mark.parametrize("word", ["it", "the", "schlüssel", "ключи", "<url>", ""])
def test_short_words_and_other_alphabets_stay(word):
    assert stem(word) == word


def test_stems_stand_alone_together_and_near():
    alone, together, near = features_of(("quietly", "hand", "the", "keys"))
    assert {"quiet", "hand", "key"} <= alone and "quiet>secret" in alone
    assert together == {("^", "quiet"), ("quiet", "hand"), ("hand", "the"), ("the", "key")}
    assert near == {("quiet", "the"), ("hand", "key"), ("quiet", "key")}


def test_no_words_have_nothing_but_the_start():
    assert features_of(()) == (set(), set(), set())
