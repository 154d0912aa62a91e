"""Argument lists are split into flags, values and operands."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensor.effects.programs.operands import CONCLUSIONS, split_arguments
from sensor.effects.programs.spec import spec_row
from sensor.effects.programs.table import UNKNOWN_PROGRAM
from sensor.effects.shell.scope import Field

SPEC = spec_row(names="r:recursive f:force o:output", values="o n")
SINGLE = spec_row(single=True, values="name")


@pytest.mark.parametrize(("words", "spec", "flags", "values", "operands"), [
    ("-rf a", SPEC, {"recursive", "force"}, {}, ["a"]),
    ("a -r b", SPEC, {"recursive"}, {}, ["a", "b"]),
    ("--recursive --output=x a", SPEC, {"recursive", "output"}, {"output": "x"}, ["a"]),
    ("--output x a", SPEC, {"output"}, {"output": "x"}, ["a"]),
    ("-o x a", SPEC, {"output"}, {"output": "x"}, ["a"]),
    ("-ox a", SPEC, {"output"}, {"output": "x"}, ["a"]),
    ("-ro x a", SPEC, {"recursive", "output"}, {"output": "x"}, ["a"]),
    ("-n 5 a", SPEC, {"n"}, {"n": "5"}, ["a"]),
    ("-r -- -f a", SPEC, {"recursive"}, {}, ["-f", "a"]),
    ("- a", SPEC, set(), {}, ["-", "a"]),
    ("-o", SPEC, {"output"}, {}, []),
    ("-name x -delete", SINGLE, {"name", "delete"}, {"name": "x"}, []),
    ("-px a", spec_row(values="n", attached="p"), {"p"}, {}, ["a"]),
    ("-p -n 5 a", spec_row(values="n", attached="p"), {"p", "n"}, {"n": "5"}, ["a"]),
    ("--output x a", UNKNOWN_PROGRAM, {"output"}, {"output": "x"}, ["a"]),
    ("-xyz a", UNKNOWN_PROGRAM, {"x", "y", "z", "xyz"}, {}, ["a"]),
])
def test_splitting(words, spec, flags, values, operands):
    found = split_arguments([Field(word) for word in words.split()], spec)
    assert found.flags == flags
    assert {name: field.text for name, field in found.values} == values
    assert [field.text for field in found.operands] == operands


def test_leading_operands_are_counted_and_the_last_value_counts():
    found = split_arguments([Field(word) for word in ["a", "b", "-o", "x", "-o", "y"]], SPEC)
    assert found.leading == 2 and found.value("output").text == "y" and found.value("n") is None


def test_a_word_that_may_be_a_flag_is_an_operand_as_long_as_it_is_unknown():
    found = split_arguments([Field("-$x", known=False)], SPEC)
    assert found.flags == set() and len(found.operands) == 1


def test_an_option_that_is_called_like_a_conclusion_says_nothing():
    found = split_arguments([Field(text) for text in ("--way-back", "-throw-away", "--own-source=1", "--force")], UNKNOWN_PROGRAM)
    assert not found.flags & CONCLUSIONS and "force" in found.flags


def test_every_conclusion_is_documented():
    text = (Path(__file__).parents[4] / "docs" / "effects.md").read_text()
    assert not {name for name in CONCLUSIONS if f"`{name}`" not in text}
