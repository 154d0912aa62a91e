"""Fields under construction."""

from __future__ import annotations

import pytest

from sensor.effects.shell.cells import MAX_TEXT, Cell, inner_end, joined
from sensor.effects.shell.scope import Field
from sensor.model.effects import Origin


def built(*fields: Field) -> Field:
    cell = Cell()
    for field in fields:
        cell.add(field)
    return cell.field()


def test_pieces_are_joined():
    secret = frozenset({Origin.SECRET})
    assert built(Field("a"), Field("*", glob=True), Field("b", origins=secret)) == Field("a*b", glob=True, origins=secret)


def test_what_stands_around_an_unknown_piece_is_kept():
    field = built(Field("a/"), Field("$x", known=False), Field("/b"))
    assert (field.text, field.known, field.head, field.tail) == ("a/$x/b", False, "a/", "/b")


def test_a_text_that_grows_too_long_is_cut_and_unknown():
    field = built(Field("a" * MAX_TEXT), Field("b"))
    assert len(field.text) == MAX_TEXT and not field.known


def test_fields_become_one():
    assert joined([]).text == "" and joined([Field("a")]).text == "a" and joined([Field("a"), Field("b")]).text == "a b"


@pytest.mark.parametrize(("text", "closer", "expected"), [("a)", ")", 1), ("a", ")", 1), ("", ")", 0)])
def test_where_the_inside_ends(text, closer, expected):
    assert inner_end(text, len(text), closer) == expected
