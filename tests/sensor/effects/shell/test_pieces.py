"""Words of constants and single variables."""

from __future__ import annotations

import pytest

from sensor.effects.budget import Budget
from sensor.effects.shell.cells import MAX_TEXT
from sensor.effects.shell.pieces import plain_field
from sensor.effects.shell.scope import Field, Scope, Stream, Value
from sensor.model.effects import Origin

SECRET = frozenset({Origin.SECRET})


class Shell:
    """What a word may ask of a shell."""

    home = "/home/dev"
    nesting = 0
    environment = {"HOME": "/home/dev"}

    def __init__(self) -> None:
        self.budget = Budget()
        self.scope = Scope("/srv/project")
        self.scope.positional = (Field("one"),)
        self.scope.variables = {
            "a": Value((Field("x y"),)), "b": Value((Field("build"),)), "key": Value((Field("k", origins=SECRET),)), "star": Value((Field("*"),)),
            "list": Value((Field("1"), Field("2")), array=True), "either": Value((Field("1"), Field("2")), choice=True), "none": Value(()), "one": Value((Field("*.c", glob=True),), choice=True),
            "half": Value((Field("p$(q)r", known=False, head="p", tail="r"),)),
        }

    def substitute(self, source, bounds, kind):
        raise AssertionError("a plain word runs nothing")

    def spend(self, units: int) -> bool:
        return self.budget.take(units)

    def give_up(self, budget: str) -> Stream:
        raise AssertionError(budget)

@pytest.mark.parametrize(("text", "expected"), [
    ('"$b/x"', Field("build/x")),
    ("${b}/x.c", Field("build/x.c")),
    ("src/'a b'", Field("src/a b")),
    ('"$a"', Field("x y")),
    ('"$1"-"${1}"', Field("one-one")),
    ("$HOME/x", Field("/home/dev/x")),
    ("$PWD", Field("/srv/project")),
    ("$star", Field("*", glob=True)),
    ('"$star"', Field("*")),
    ("v$key", Field("vk", origins=SECRET)),
    ('/etc/"$who"/x', Field("/etc/$who/x", known=False, head="/etc/", tail="/x")),
    ("a$half-b", Field("ap$(q)r-b", known=False, head="ap", tail="r-b")),
    ('""', Field("")),
    ("src/*.[ch]", Field("src/*.[ch]", glob=True)),
    ("'a*'", Field("a*")),
    ('x"$one"', Field("x*.c", glob=True)),
    ("{}", Field("{}")),
])
def test_one_field(text, expected):
    assert plain_field(text, Shell(), True) == expected


@pytest.mark.parametrize("text", ["$a", "$list", '"$list"', "$either", "$none", "~/x", "$(b)", "`b`", "a\\ b", '"a', "{a,b}", "${b:-x}", "$'a'", '"\\$b"', "$@"])
def test_what_has_to_be_expanded_step_by_step(text):
    assert plain_field(text, Shell(), True) is None


def test_without_splitting_a_value_with_blanks_is_one_field():
    assert plain_field("$a", Shell(), False) == Field("x y")


def test_other_separators_leave_it_to_the_steps():
    shell = Shell()
    shell.scope.set("IFS", "u")
    assert plain_field("$b", shell, True) is None and plain_field('"$b"', shell, True) == Field("build")


def test_a_text_that_grows_too_long_is_left_to_the_steps():
    shell = Shell()
    shell.scope.set("long", "x" * MAX_TEXT)
    assert plain_field('"$long$b"', shell, True) is None


def test_every_piece_is_paid_for():
    shell = Shell()
    assert plain_field("'a'" * 10, shell, True) == Field("a" * 10) and Budget().left - shell.budget.left == 10
    shell.budget = Budget(5)
    assert plain_field("'a'" * 10, shell, True) is None and shell.budget.is_used_up
