"""Which rules only an excuse keeps from firing, and which excuse."""

from __future__ import annotations

import pytest

from sensor.effects import derive_effects
from sensor.model.verdicts import ScanProfile
from sensor.policy.examples import AROUND, example_call
from sensor.policy.excused import Excused, excused_rules
from sensor.policy.rule import Example

TEXT = "patterns: {fields: [command], any: [{type: regex, value: 'https?://'}]}\n"
INDEX = "effect: {command: [pip], args: {any: ['re:-i\\n'], except: ['re:-i\\nhttps://good/']}}"


def found(rules, command: str) -> tuple[Excused, ...]:
    call = example_call(Example(input={"command": command}))
    return excused_rules(rules, call, derive_effects(call, AROUND), ScanProfile.STRICT)


@pytest.mark.parametrize(("match", "command", "by"), [
    (TEXT + "excludes: [{patterns: {any: [{type: contains, value: https://good}]}}]", "echo https://good/x", ("exclude 1: known: https://good",)),
    (TEXT + "excludes: [{effect: {command: [ls]}}, {effect: {command: [echo]}}]", "echo https://x", ("exclude 2: command any of echo",)),
    ("effect: {command: [rm]}\nexcludes: [{effect: {flags: {any: [a], none: [b]}, privilege: false}}]", "rm -a", ("exclude 1: flags any of a and none of b, privilege False",)),
    (INDEX, "pip -i https://good/x", ("`except`: what would match is known",)),
    (INDEX + "\nexcludes: [{effect: {args: [b]}}]", "pip -i https://good/x b", ("exclude 1: args any of b", "`except`: what would match is known")),
    (TEXT + "excludes: [{patterns: {any: [{type: contains, value: https://a}]}}, {patterns: {any: [{type: contains, value: https://b}]}}]", "x https://a https://b",
     ("its excuses together",)),
])
def test_who_excused(make_rule, match, command, by):
    assert found((make_rule(match),), command) == (Excused(rule="TEAM-TEST-001", name="A test", by=by),)


@pytest.mark.parametrize(("match", "command"), [
    ("effect: {command: [rm]}", "ls"), ("effect: {command: [rm]}", "rm x"), (INDEX, "pip -i https://bad/"), (INDEX, "pip install"),
    (TEXT + "excludes: [{patterns: {any: [{type: contains, value: https://good}]}}]", "echo https://good https://bad"),
])
def test_who_fires_or_would_not_is_not_excused(make_rule, match, command):
    assert found((make_rule(match),), command) == ()
