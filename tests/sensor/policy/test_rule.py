from __future__ import annotations

import pytest

from sensor.model.calls import Phase
from sensor.model.effects import Origin, Sink, TextField
from sensor.model.findings import Severity, Status
from sensor.policy.load import load_text
from sensor.policy.rule import EffectCondition, Words
from sensor.strict_yaml import YamlErrors


def problems(text: str) -> str:
    with pytest.raises(YamlErrors) as caught:
        load_text(text, "x.yaml")
    return "\n".join(map(str, caught.value.problems))


def test_a_whole_rule(make_rule):
    rule = make_rule("""
        effect:
          any:
            - {command: [rm, del], flags: {all: [recursive], none: [i]}, deletes: "@home"}
            - all:
                - {flow: {from: [secret], to: [network]}}
                - {command: curl}
        patterns: {any: [{type: contains, value: hello}], fields: [command]}
        excludes:
          - {effect: {deletes: {all: ["@temp"]}}}
    """, severity="critical", status="test", phase=["before", "after"], tags=["core"], apply_to_tools=["shell"], exempt_tools=["mcp__x__*"])
    first, second = rule.match.effect.alternatives
    assert first == (EffectCondition(command=Words(any=("rm", "del")), flags=Words(all=("recursive",), none=("i",)), deletes=Words(any=("@home",))),)
    assert second[0].flow.origins == (Origin.SECRET,) and second[0].flow.sinks == (Sink.NETWORK,) and second[1].command == Words(any=("curl",))
    assert rule.match.patterns.fields == {TextField.COMMAND} and rule.match.excludes[0].effect.deletes.all == ("@temp",)
    assert (rule.severity, rule.status, rule.phase) == (Severity.CRITICAL, Status.TEST, {Phase.BEFORE, Phase.AFTER})
    assert rule.is_core and not rule.shipped and str(rule.where) == "test.yaml:1:3"


def test_words_that_are_mentioned():
    assert Words(any=("a",), all=("b",), none=("c",)).mentioned == ("a", "b", "c")


@pytest.mark.parametrize(("changes", "core"), [({}, False), ({"tags": ["core"]}, True), ({"category": "self-protection"}, True)])
def test_what_is_core(make_rule, changes, core):
    assert make_rule("effect: {command: [handrail]}", **changes).is_core is core


def test_an_example_is_a_text_or_a_mapping(make_rule):
    rule = make_rule("effect: {command: [ls]}", examples={
        "true_positive": ["ls", {"tool": "Write", "input": {"file_path": "a", "content": "b"}, "cwd": "sub"}], "true_negative": []})
    text, mapping = rule.examples.true_positive
    assert text.input == {"command": "ls"} and text.tool == "Bash"
    assert mapping.tool == "Write" and mapping.cwd == "sub" and mapping.where.line > 1


@pytest.mark.parametrize(
    ("match", "changes", "said"),
    [
        ("effect: {comand: [rm]}", {}, "comand"),
        ("effect: {}", {}, "an empty condition would hold on every call"),
        ("effect: {any: [{command: [a]}], all: [{command: [b]}]}", {}, "expected `any` alone"),
        ("effect: {flow: {from: [nowhere], to: [network]}}", {}, "nowhere"),
        ("patterns: {any: [{type: glob, value: abc}]}", {}, "expected regex or contains, found 'glob'"),
        ("effect: {command: [rm]}", {"severity": "bad"}, "bad"),
        ("effect: {command: [rm]}", {"examples": {"true_positive": [{"tool": "Bash"}], "true_negative": []}}, "needs input, result or definition"),
    ],
)
def test_what_is_refused_is_said_with_its_place(rule_text, match, changes, said):
    found = problems(rule_text(match, **changes))
    assert said in found and "x.yaml:" in found
