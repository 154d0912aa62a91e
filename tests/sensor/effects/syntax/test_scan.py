"""Where quoted and nested pieces end."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.syntax.scan import MAX_STACK, ansi_quote_end, backtick_end, nested_end, piece_end, single_quote_end


@pytest.mark.parametrize(("text", "rest"), [
    ("'a b' c", " c"),
    ("'a", ""),
    ('"a $(b ")" c) d" e', " e"),
    ('"a \\" b" c', " c"),
    ("$(a (b) c) d", " d"),
    ("$(a ')' b) c", " c"),
    ("$(a # )\n) b", " b"),
    ("${a:-${b}} c", " c"),
    ("${#a} b", " b"),
    ('"${a:-\'x}" b', " b"),
    ("$'a\\'b' c", " c"),
    ('$"a" b', " b"),
    ("$[1+2] b", " b"),
    ("`a \\` b` c", " c"),
    ("\\a b", "a b"[1:]),
    ("$x", "x"),
])
def test_pieces(text, rest):
    assert text[piece_end(text, 0, Budget()) :] == rest


def test_ends_of_single_kinds_of_quotes():
    assert single_quote_end("'a'b", 1) == 3
    assert ansi_quote_end("$'a\\''b", 2) == 6
    assert backtick_end("`a`b", 1) == 3
    assert nested_end("(a(b)c)d", 1, ")", Budget()) == 7


def test_what_is_not_closed_ends_with_the_text():
    for text in ("'a", '"a', "$(a", "${a", "`a", "$'a", "$[a", "\\"):
        assert piece_end(text, 0, Budget()) == len(text)


def test_a_piece_ends_with_the_text_when_the_budget_is_used_up():
    budget = Budget(10)
    text = '$(' + "''" * 20 + ") rest"
    assert piece_end(text, 0, budget) == len(text) and budget.is_used_up


def test_deeper_than_any_budget_is_one_piece():
    text = "$(" * (MAX_STACK * 3) + ")" * (MAX_STACK * 3) + " rest"
    assert piece_end(text, 0, Budget()) == len(text)
