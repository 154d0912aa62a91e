from __future__ import annotations

import pytest

from sensor.detectors.injection_senses import NEAR, SENSES, SENSES_OF, senses_near, slot_of_name, words_in


@pytest.mark.parametrize(
    ("words", "feature"),
    [
        ("do not tell the user", "not>tell"),
        ("send every password to", "send>secret"),
        ("erzähle nie dem nutzer", "not>person"),
        ("run it now", "^>run"),
    ],
)
def test_senses_close_together_make_a_feature(words, feature):
    assert slot_of_name(feature) in senses_near(tuple(words.split()))


def test_order_and_distance_count():
    assert slot_of_name("tell>not") not in senses_near(("not", "tell"))
    assert slot_of_name("not>tell") in senses_near(("not", *["thing"] * (NEAR - 1), "tell"))
    assert slot_of_name("not>tell") not in senses_near(("not", *["thing"] * NEAR, "tell"))
    assert senses_near(()) == set()


def test_a_word_may_have_several_senses():
    assert SENSES_OF["secret"] == ("secret", "quiet")
    assert all(words.split() for words in SENSES.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("send it, please!", ["send", "it", "please"]),
        ("don’t ask", ["don't", "ask"]),
        ("see https://example.net/a?b=c.", ["see", "<url>"]),
        ("mail ops@example.net", ["mail", "<mail>"]),
        ("read ~/.ssh/id_rsa and .env", ["read", "<secret>", "and", "<secret>"]),
        ("call send_report(x)", ["call", "<name>"]),
        ("two-factor codes 123", ["two", "factor", "codes"]),
        ("忽略它，见https://a.example/b", ["忽", "略", "它", "见", "<url>"]),
        ("", []),
    ],
)
def test_what_is_no_plain_word_is_known_by_its_kind(text, words):
    assert words_in(text) == words
