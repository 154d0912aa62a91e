from __future__ import annotations

import pytest

from sensor.detectors import definition_words as words
from sensor.detectors.definition_words import TOKEN, Verbs, Wording, is_negated


class Sentence:
    def __init__(self, said: str) -> None:
        self.said, self.low = said, said.lower()
        self.tokens = frozenset(TOKEN.findall(self.low))


def found(wording, said):
    one = Sentence(said)
    return [match.group() for match in wording.places(one) if not is_negated(said, match)]


@pytest.mark.parametrize(
    ("sense", "said", "word"),
    [
        (words.FILES, "the keys of ~/.ssh", "~/.ssh"), (words.FILES, "what .env holds", ".env"), (words.FILES, "the content of process.env", "process.env"), (words.FILES, "the output of `kubectl config view --raw`", "kubectl config view --raw"),
        (words.SECRETS, "the API key of the shop", "API key"), (words.SECRETS, "die Zugangsdaten", "Zugangsdaten"), (words.SECRETS, "用户的密码", "密码"),
        (words.CONTEXT, "the earlier messages", "earlier messages"), (words.CONTEXT, "todo el historial", "todo el historial"),
        (words.PRIVATE, "mails in the inbox", "inbox"), (words.CARRY, "hand it over", "hand"), (words.CARRY, "schicken Sie es", "schicken"),
        (words.TAKE, "look up the word", "look up"), (words.TAKE, "прочитай файл", "прочитай"), (words.TAKE, "먼저 읽고", "읽고"),
        (words.PASSIVE, "it must always be sent", "must always be sent"),
    ],
)
def test_words_of_a_sense(sense, said, word):
    assert word in found(sense, said)


@pytest.mark.parametrize(
    ("sense", "said"),
    [
        (words.FILES, "copy .env.example"), (words.SECRETS, "the keyboard of a monkey"), (words.CARRY, "passes and includes"), (words.TAKE, "a reader opens it"),
        (words.CARRY, "a passport and an address"), (words.CONTEXT, "the messenger"),
    ],
)
def test_words_that_only_look_alike(sense, said):
    assert found(sense, said) == []


@pytest.mark.parametrize(
    "said", ["never send it", "do not ever send it", "they don't send it", "without having to send it", "nicht senden", "不要发送", "送信しないで"],
)
def test_what_is_forbidden_is_no_order(said):
    assert found(words.CARRY, said) == []


def test_a_prohibition_ends_with_its_clause():
    assert found(words.CARRY, "Never guess, send the file") == ["send"]


def test_a_phrase_is_tried_only_where_one_of_its_stems_stands():
    wording = Wording(("rare", r"\bcommon\b"))
    assert found(wording, "a common word") == []
    assert found(wording, "a common and a rare word") == ["common"]


def test_a_verb_is_found_by_its_first_word_whatever_follows():
    verbs = Verbs("look up|öffne\\w*", "読む")
    assert found(verbs, "look up") == ["look up"]
    assert found(verbs, "öffnen") == ["öffnen"]
    assert found(verbs, "本を読む") == ["読む"]
    assert found(verbs, "look") == []
