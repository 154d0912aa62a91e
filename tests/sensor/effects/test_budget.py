"""The work of one derivation is counted: no text makes it do more, and one that would is said."""

from __future__ import annotations

import pytest

from sensor.effects.budget import COMMAND, SKIM_UNITS, UNITS, Budget
from sensor.effects.commands import dispatch
from sensor.effects.derive import derive_effects
from sensor.effects.shell import walk as walking
from sensor.effects.shell.paths import PathResolver
from sensor.effects.shell.walk import Walk
from sensor.effects.skim import run_whole
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Surroundings
from tests.sensor.effects.worst import WORST

AROUND = Surroundings(home="/home/dev", user="dev")


def walked(command: str) -> Walk:
    walk = Walk(AROUND, PathResolver(AROUND, "/srv/project", ("/srv/project",)), dispatch)
    run_whole(walk, command)
    return walk


def operations(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the parts that do the work are called: commands, words and paths."""
    calls = 0

    def counted(function):
        def run(*words, **named):
            nonlocal calls
            calls += 1
            return function(*words, **named)

        return run

    monkeypatch.setattr(walking, "expand_word", counted(walking.expand_word))
    for owner, name in ((Walk, "run_simple"), (Walk, "substitute"), (PathResolver, "ref")):
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    walked(command)
    monkeypatch.undo()
    return calls


@pytest.mark.parametrize("name", WORST)
def test_no_text_makes_the_derivation_do_more_than_its_budget(name, monkeypatch):
    assert operations(WORST[name], monkeypatch) <= (UNITS + SKIM_UNITS) // 4


@pytest.mark.parametrize("name", WORST)
def test_what_the_budget_left_out_is_said(name):
    walk = walked(WORST[name])
    assert walk.exhausted and any("exhausted" in one.reason for one in walk.unresolved)


def test_a_text_that_was_not_decoded_is_unknown():
    call = ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.SHELL, tool="Bash",
                    action=ShellAction(command=WORST["escapes of code points in one word"]), cwd="/srv/project", roots=("/srv/project",))
    effects = derive_effects(call, AROUND)
    assert effects.exhausted and effects.unresolved


@pytest.mark.parametrize("name", ["commands", "substitutions", "variables made of each other"])
def test_the_same_text_ends_in_the_same_way(name):
    first, second = walked(WORST[name]), walked(WORST[name])
    assert first.effects == second.effects and first.budget.left == second.budget.left


def test_ordinary_scripts_are_far_from_the_budget():
    walk = walked("\n".join(f"cp -r packages/p{number}/dist out/p{number} && git add packages/p{number}" for number in range(100)))
    assert not walk.exhausted and walk.budget.left > UNITS * 3 // 4 and len(walk.effects) == 200


def test_reading_leaves_half_for_walking():
    walk = walked("rm -r x;" * 100_000)
    assert len(walk.effects) > UNITS // 2 // COMMAND // 3


def test_a_budget_pays_until_it_is_used_up():
    budget = Budget(10)
    assert budget.take(10) and not budget.is_used_up
    assert not budget.take(1) and budget.is_used_up


def test_a_loan_is_half_and_is_paid_back():
    budget = Budget(100)
    loan = budget.loan()
    loan.take(20)
    budget.settle(loan)
    assert loan.left == 30 and budget.left == 80
    assert Budget(-5).loan().left == 0


HIDDEN = "/home/dev"


@pytest.mark.parametrize("command", [
    f"for i in {'a ' * 1000}{HIDDEN}; do rm -rf $i; done",
    f"A=({'a ' * 300}{HIDDEN}); rm -rf \"${{A[@]}}\"",
    f"set -- {'a ' * 300}{HIDDEN}; rm -rf \"$@\"",
    f"for i in $(printf '%s ' {'a ' * 300}{HIDDEN}); do rm -rf $i; done",
    "rm -rf {" + "a," * 300 + HIDDEN + "}",
    f"python3 -c '{'x=1' + chr(10)}{('x=1' + chr(10)) * 5000}import shutil; shutil.rmtree(\"{HIDDEN}\")'",
    f"A='{'true;' * 9000}'; A=\"$A$A\"; A=\"$A rm -rf {HIDDEN}\"; eval \"$A\"",
    f"while read -r l; do eval \"$l\"; done <<'E'\n{('true' + chr(10)) * 400}rm -rf {HIDDEN}\nE",
    f"printf '%s' '{'true;' * 20000} rm -rf {HIDDEN}' | sh",
    f"printf 'true %s;' {'a ' * 15000} '; rm -rf {HIDDEN}' | sh",
    f"printf '%s ' {'a ' * 300}{HIDDEN} | xargs rm -rf",
    "git apply <<'E'\n" + "".join(f"--- a/f{i}\n+++ b/f{i}\n" for i in range(450)) + "E",
    "psql <<'E'\n" + "select 1;\n" * 5000 + f"\\! rm -rf {HIDDEN}\nE",
    "".join(f"cat <<E{i}\nx\nE{i}\n" for i in range(600)) + f"python3 <<F\nimport shutil;shutil.rmtree('{HIDDEN}')\nF\n",
])
def test_what_stands_behind_more_than_is_looked_at_is_said_to_be_unseen(command):
    assert walked(command).ran_out


@pytest.mark.parametrize("command", [
    "for i in {1..1000}; do curl localhost/$i; done", f"git add {'file.py ' * 300}", f"python3 -c '{'x=1;' * 4000}'", f"A=({'a ' * 200}); echo ${{A[@]}}",
])
def test_what_is_long_and_seen_is_not(command):
    assert not walked(command).ran_out
