"""Rows of the program tables."""

from __future__ import annotations

from sensor.effects.programs.spec import Spec, spec_row


def test_a_row_from_words():
    row = spec_row("reads", names="o:output i:input", values="n", writes="o", reads="input", skip=1)
    assert row.names == {"o": "output", "i": "input"} and row.skip == 1 and row.operands == "reads"
    assert row.values == {"n", "o", "output", "input"} and row.writes == {"o"} and row.reads == {"input"}


def test_an_empty_row_guesses():
    assert spec_row().operands == Spec().operands == "guess" and spec_row().longs == ("help", "version")
