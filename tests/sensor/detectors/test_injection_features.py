"""What the model of words sees of a sentence."""

from __future__ import annotations

import pytest

from sensor.detectors.injection_features import slots_of, slots_of_signals, slots_of_two, stem
from sensor.detectors.injection_senses import senses_near, slot_of_name


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
    found = slots_of(("quietly", "hand", "the", "keys"))
    alone = {slots_of_two("", word)[0] for word in ("quietly", "hand", "the", "keys")}
    together = {slots_of_two(*pair)[1] for pair in (("", "quietly"), ("quietly", "hand"), ("hand", "the"), ("the", "keys"))}
    assert found >= alone | together | {slot_of_name("quiet>secret")}
    assert len(found - alone - together - senses_near(("quietly", "hand", "the", "keys"))) == len(("quiet .. the", "hand .. key", "quiet .. key"))
    assert slots_of_two("", "hand")[1] not in found and slots_of_two("hand", "quietly")[1] not in found


def test_forms_of_words_share_slots_and_their_order_counts():
    assert slots_of(("send", "the", "keys")) == slots_of(("sends", "the", "key")) != slots_of(("key", "the", "sends"))


def test_signals_have_slots_alone_and_with_each_other():
    places = [(9, 13, 2.0, "stake"), (500, 510, 3.0, "address")]
    assert slots_of_signals(places) == {*map(slot_of_name, ("#address3", "#stake2", "#address&stake"))}
    assert slots_of_signals([]) == set()
