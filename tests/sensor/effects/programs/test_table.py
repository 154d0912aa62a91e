"""The rows of all tables, found by base name."""

from __future__ import annotations

import pytest

from sensor.effects.programs.files import FILE_PROGRAMS
from sensor.effects.programs.network import NETWORK_PROGRAMS
from sensor.effects.programs.table import ALIASES, PROGRAMS, UNKNOWN_PROGRAM, spec_of
from sensor.effects.programs.tools import TOOL_PROGRAMS

KINDS = {"guess", "reads", "writes", "deletes", "copy", "move", "lists", "none", "reads-first", "writes-first", "archive", "writes-job"}


@pytest.mark.parametrize(("name", "like"), [("gsed", "sed"), ("python3.12", "python"), ("mkfs.ext4", "mkfs"), ("gtar", "tar"), ("rm", "rm")])
def test_names_of_one_program(name, like):
    assert spec_of(name) is PROGRAMS[like]


@pytest.mark.parametrize("words", ["export --out", "report --out", "anchor fetch --git x --out", "bundle --out", "anchor push --file"])
def test_what_our_own_command_writes_is_a_write(brief, words):
    """It must not be the hand that writes what the agent's may not."""
    assert brief(f"handrail {words} ~/.claude/settings.json") == ["handrail W:~/.claude/settings.json"]


def test_unknown_programs_have_one_row():
    assert spec_of("no-such-program") is UNKNOWN_PROGRAM


@pytest.mark.parametrize(("words", "effect"), [
    ("no-such-program --output ~/x a.txt", "no-such-program R:./a.txt W:~/x"), ("no-such-program --out-file=$HOME/x", "no-such-program W:~/x"), ("no-such-program --outcome ~/x", "no-such-program R:~/x"),
])
def test_unknown_programs_write_what_they_are_given_as_output(brief, words, effect):
    assert brief(words) == [effect]


def test_every_row_is_of_a_known_kind_and_in_one_table():
    assert {row.operands for row in PROGRAMS.values()} <= KINDS
    assert len(PROGRAMS) == len(FILE_PROGRAMS) + len(NETWORK_PROGRAMS) + len(TOOL_PROGRAMS)


def test_aliases_lead_to_rows():
    assert [name for name, target in ALIASES.items() if target not in PROGRAMS] == []
