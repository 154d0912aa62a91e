"""Two readers of one text: the lexer first, the grammar where the lexer doubts."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.lexer import starts_of
from sensor.effects.syntax.parse import LONGEST_KEPT, add_second_opinion, parse_script
from sensor.effects.syntax.script import Script, Source


def test_offsets_and_bodies_of_a_script():
    source, script = parse_script("cat <<E\nbody\nE\nls", Budget())
    assert starts_of(script.statements) == {0, 15} and [one.body for one in source.heredocs.values()] == ["body\n"]


def test_a_text_is_read_once_and_a_long_one_is_not_kept():
    long = "ls; " * LONGEST_KEPT
    assert parse_script("ls; rm again", Budget())[1] is parse_script("ls; rm again", Budget())[1]
    assert parse_script(long, Budget())[1] is not parse_script(long, Budget())[1] and parse_script(long, Budget())[1] == parse_script(long, Budget())[1]


def test_commands_that_only_the_grammar_sees_are_added_and_said():
    text = "ls; rm x"
    script = add_second_opinion(Script(statements=()), Source(text, {}), (0, len(text)), Budget())
    assert starts_of(script.statements) == {0, 4} and script.problems[0][0] == "the text can be read in two ways"


def test_agreement_adds_nothing():
    source, script = parse_script("ls; rm x", Budget())
    assert add_second_opinion(script, source, (0, len(source.text)), Budget()) is script


@pytest.mark.parametrize("command", ["if true; then rm -r ~/x", "$(rm -r ~/x", "`rm -r ~/x", ") rm -r ~/x", "done; rm -r ~/x", "(rm -r ~/x", "case x in a) rm -r ~/x", "}; rm -r ~/x", "echo a; ) ; rm -r ~/x"])
def test_broken_text_still_shows_its_commands(brief, command):
    assert "rm D:~/x" in brief(command)
