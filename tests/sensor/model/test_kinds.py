import pytest

from sensor.audit.form.entry import KINDS
from sensor.model.kinds import KIND_WORDS, file_event_in_words, kind_in_words


def test_every_kind_of_entry_has_words_and_no_two_have_the_same():
    assert set(KIND_WORDS) == set(KINDS) and len(set(KIND_WORDS.values())) == len(KIND_WORDS)


@pytest.mark.parametrize("words", sorted(KIND_WORDS.values()))
def test_the_words_are_words_and_fit_a_column(words):
    assert "_" not in words and len(words) <= 16


def test_a_kind_that_nobody_knows_is_readable():
    assert [kind_in_words(kind) for kind in ("config_change", "of_tomorrow")] == ["change", "of tomorrow"]


@pytest.mark.parametrize(("change", "said"), [
    (("create", "/a"), "created /a"), (("delete", "/a"), "deleted /a"), (("move", "/a", "/b"), "moved /a (was /b)"), (("mend", "/a"), "mend /a"),
])
def test_a_change_of_a_file_is_a_sentence(change, said):
    assert file_event_in_words(*change) == said
