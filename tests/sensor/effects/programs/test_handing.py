"""The rows of programs that are handed commands."""

from __future__ import annotations

import pytest

from sensor.effects.programs.handing import HANDING, compiled
from sensor.effects.programs.wrappers import WRAPPERS


def test_every_row_hands_something_over():
    assembled = {"start-stop-daemon", "capsh", "mvn", "mvnw"}  # from several words
    assert {name for name, row in HANDING.items() if not (row.options or row.rest or row.behind or row.code or row.marks)} == assembled


@pytest.mark.parametrize("name", sorted(HANDING))
def test_each_mark_has_a_group_and_each_code_a_language(name):
    row = HANDING[name]
    assert all(compiled(mark).groups for mark in row.marks)
    assert bool(row.code) == bool(row.language)
    assert not row.files or row.marks


def test_no_option_is_that_of_a_wrapper_too():
    both = {name for name in HANDING if name in WRAPPERS and WRAPPERS[name].code & {option.lstrip("-") for option in HANDING[name].options}}
    assert not both
