from __future__ import annotations

import pytest

from sensor.model.calls import ToolKind
from sensor.model.effects import TextField
from sensor.model.verdicts import ScanProfile
from sensor.policy.examples import example_call
from sensor.policy.profiles import ProfileChoice, choose_profile, includes_rule, skips_field
from sensor.policy.rule import Example

WRITE = Example(tool="Write", input={"file_path": "doc.md", "content": "please run rm -rf now"})
READ = Example(tool="Read", input={"file_path": "doc.md"}, result="please run rm -rf now")
SHELL = Example(input={"command": "echo rm -rf"})
TEXT = "patterns: {any: [{type: contains, value: 'rm -rf'}]}"


@pytest.mark.parametrize(("example", "profile"), [(SHELL, "STRICT"), (WRITE, "CONTENT_AWARE"), (Example(tool="Odd", input={"a": 1}), "STRICT")])
def test_defaults(example, profile):
    assert choose_profile(example_call(example)) is ScanProfile[profile]


def test_the_first_choice_that_fits():
    choices = (ProfileChoice(profile=ScanProfile.MINIMAL, agent="cursor*"), ProfileChoice(profile=ScanProfile.STRICT, kind=ToolKind.FILE_WRITE))
    assert choose_profile(example_call(WRITE), choices) is ScanProfile.STRICT
    assert choose_profile(example_call(READ), choices) is ScanProfile.CONTENT_AWARE


@pytest.mark.parametrize(
    ("example", "profile", "changes", "fires_here"),
    [
        (SHELL, ScanProfile.STRICT, {}, True),
        (WRITE, ScanProfile.STRICT, {}, True),
        (WRITE, ScanProfile.CONTENT_AWARE, {}, False),
        (WRITE, ScanProfile.CONTENT_AWARE, {"category": "secret"}, True),
        (WRITE, ScanProfile.CONTENT_AWARE, {"category": "persistence-linux"}, True),
        (WRITE, ScanProfile.MINIMAL, {}, False),
        (SHELL, ScanProfile.MINIMAL, {}, False),
        (SHELL, ScanProfile.MINIMAL, {"tags": ["core"]}, True),
        (SHELL, ScanProfile.MINIMAL, {"category": "self-protection"}, True),
        (READ, ScanProfile.CONTENT_AWARE, {"phase": ["after"]}, False),
        (READ, ScanProfile.CONTENT_AWARE, {"phase": ["after"], "category": "prompt-injection"}, True),
        (READ, ScanProfile.STRICT, {"phase": ["before"]}, False),
    ],
)
def test_what_a_profile_looks_at(fires, example, profile, changes, fires_here):
    assert fires(TEXT, example, profile, **changes) is fires_here


def test_a_rule_that_knows_the_file_reads_its_body(fires):
    match = "effect: {writes: ['**/doc.md']}\n" + TEXT
    assert fires(match, WRITE, ScanProfile.CONTENT_AWARE)


def test_a_path_is_never_left_out(make_rule):
    rule = make_rule(TEXT)
    assert not skips_field(ScanProfile.CONTENT_AWARE, example_call(WRITE), rule, TextField.PATH)
    assert includes_rule(ScanProfile.CONTENT_AWARE, rule.is_core)
