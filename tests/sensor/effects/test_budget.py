"""The work of one derivation is counted: no text makes it do more, and one that would is said."""

from __future__ import annotations

import pytest

from sensor.effects import walk as walking
from sensor.effects.budget import COMMAND, SKIM_UNITS, UNITS, Budget
from sensor.effects.commands import dispatch
from sensor.effects.derive import derive_effects
from sensor.effects.paths import PathResolver
from sensor.effects.skim import run_whole
from sensor.effects.walk import Walk
from sensor.model.calls import Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Surroundings

AROUND = Surroundings(home="/home/dev", user="dev")
MEGABYTE = 1_000_000


def filled(unit: str, size: int = MEGABYTE) -> str:
    return unit * (size // len(unit))


WORST = {
    "escapes of code points in one word": "echo $'" + "\\u0041" * 100_000 + "'",
    "escapes of code points in many words": "echo " + filled("$'\\u0041' "),
    "escaped letters": "echo " + filled("\\a"),
    "escaped backticks": filled("\\`"),
    "variables made of each other": "\n".join("; ".join(f'v{number}_{chain}="$v{number - 1}_{chain}$v{number - 1}_{chain}"' for number in range(1, 21)) for chain in range(200)),
    "long values": "v=" + "x" * 60_000 + "\n" + filled("echo $v;"),
    "cut values": "a=" + "x/" * 900 + ";" + "echo ${a%%/*z};" * 40_000,
    "a loop over many words": "for a in " + filled("x ", 2000) + "; do " + "echo $a$a$a$a; " * 2000 + "done",
    "here-documents": "".join(f"cat <<E{number}\nx\nE{number}\n" for number in range(8000)),
    "here-documents without an end": filled("cat <<E\n"),
    "here-documents on one line": "cat " + "<<E " * 20_000 + "\n" + "x\nE\n" * 20_000,
    "words in two scripts": "echo " + "p\u0430yp\u0430l.example " * 60_000,
    "open brackets of data": "echo " + filled('{"a":'),
    "open square brackets": "[" * 500_000,
    "commands": filled("rm -r x;"),
    "different commands": ";".join(f"rm a{number}" for number in range(90_000)),
    "words": "echo " + filled("a "),
    "variables": "echo " + filled("$a "),
    "substitutions": "echo " + filled("$(a) "),
    "process substitutions": "cat " + filled(">(a) "),
    "pairs of quotes": filled("''"),
    "pairs of double quotes": filled('""'),
    "braces": "echo " + filled("{a,b} "),
    "arithmetic": "echo " + filled("$((1+2))"),
    "named homes": "echo " + filled("~a "),
    "redirections": "echo " + filled("2>&1 "),
    "assignments": filled("a=b "),
    "arrays": "a=(" + filled("x ") + ")",
    "unset names": "unset " + filled("a "),
    "exported names": "export " + filled("a=b "),
    "paths": "\n".join("cat " + " ".join(f"a{line}_{number}" for number in range(100)) for line in range(1000)),
    "patterns": "ls " + " ".join(f"~/.ss?/id_*{number}" for number in range(50_000)),
    "hosts": "curl " + " ".join(f"http://h{number}.example/x" for number in range(30_000)),
    "edits": "sed '" + filled("s/a/b/e;") + "'",
    "wrappers": filled("sudo ") + "rm x",
    "functions that call themselves": "f() { f; f; }; f;" * 2000,
}


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
