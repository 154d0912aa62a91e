"""Rows of the wrapper tables."""

from __future__ import annotations

from sensor.effects.programs.wrapper import wrapper_row


def test_a_row_from_words():
    row = wrapper_row("u user", code="c", action="run,tool run", own=True)
    assert row.values == {"u", "user", "c"} and row.code == {"c"} and row.own and row.action == (("run",), ("tool", "run"))


def test_flags_with_two_values():
    row = wrapper_row("dir", pairs="bind setenv", each=True)
    assert row.pairs == {"bind", "setenv"} and row.values == {"dir"} and row.each


def test_an_empty_row_opens_at_the_first_operand():
    row = wrapper_row()
    assert row.skip == 0 and not row.action and not row.joined and not row.privilege
