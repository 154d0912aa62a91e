from __future__ import annotations

import pytest

from sensor.policy.check import CATEGORIES, complaints
from sensor.policy.load import load_text
from sensor.strict_yaml import YamlErrors

GOOD = "effect: {command: [rm]}"


@pytest.fixture
def said(rule_text):
    """What is wrong with a rule, in one text."""

    def check(match: str, shipped: bool = False, **changes: object) -> str:
        try:
            rules = load_text(rule_text(match, **changes), "x.yaml", shipped)
        except YamlErrors as error:
            return "\n".join(map(str, error.problems))
        assert complaints(rules[0]) == []
        return ""

    return check


@pytest.mark.parametrize(
    ("match", "changes"),
    [
        (GOOD, {}),
        ("effect: {hosts: ['re:^https?://[0-9.]+/'], args: ['*.pem'], writes: ['@home', '**/*.db', '/etc/**']}", {}),
        ("patterns: {fields: [command], any: [{type: regex, value: 'rm -rf'}]}\nexcludes: [{patterns: {any: [{type: contains, value: echo}]}}]", {}),
        ("effect: {args: {any: ['re:http'], except: ['re:http://a/']}, env: {all: [A], except: ['A=b']}}", {}),
        ("effect: {deletes: ['@root']}\nexcludes: [{effect: {deletes: ['@temp']}}]", {"phase": ["before", "after"]}),
    ],
)
def test_nothing_is_wrong_with(said, match, changes):
    assert said(match, **changes) == ""


@pytest.mark.parametrize(
    ("match", "changes", "complaint"),
    [
        (GOOD, {"id": "rule1"}, "must look like TEAM-AREA-001"),
        (GOOD, {"id": "HR-DST-900"}, "belongs to the shipped rules"),
        (GOOD, {"category": "Two Words"}, "lower-case words"),
        (GOOD, {"name": ""}, "name must be one line"),
        (GOOD, {"remediation": "a\nb"}, "remediation must be one line"),
        (GOOD, {"references": {"mitre": ["1485"]}}, "references.mitre: '1485' is not an id"),
        (GOOD, {"references": {"asi": ["ASI11"]}}, "references.asi"),
        (GOOD, {"references": {"cwe": ["79"]}}, "references.cwe"),
        (GOOD, {"phase": []}, "phase must be"),
        (GOOD, {"phase": ["lifecycle"]}, "phase must be"),
        ("{}", {}, "match needs effect or patterns"),
        ("effect: {any: []}", {}, "match.effect is empty"),
        ("patterns: {fields: [command]}", {}, "match.patterns needs any or all"),
        ("patterns: {any: [{type: contains, value: ab}]}", {}, "shorter than 3"),
        ("patterns: {any: [{type: regex, value: '(?=a)b'}]}", {}, "look-ahead"),
        ("effect: {args: ['re:(a)\\1']}", {}, "args: a back-reference"),
        ("effect: {hosts: ['re:(?!a)b']}", {}, "hosts: look-ahead"),
        ("effect: {args: {any: ['re:a'], except: ['re:(?=a)b']}}", {}, "args: look-ahead"),
        ("effect: {args: {except: [a]}}", {}, "args: `except` belongs to args or env, beside any or all"),
        ("effect: {command: [a], flags: {any: [a], except: [b]}}", {}, "flags: `except` belongs to args or env"),
        ("effect: {writes: ['@nowhere']}", {}, "writes: unknown set '@nowhere'"),
        ("effect: {hosts: ['@home']}", {}, "hosts: unknown set '@home'"),
        ("effect: {deletes: ['~/x']}", {}, "must be absolute"),
        ("effect: {reads: ['./x']}", {}, "must be absolute"),
        (GOOD + "\nexcludes: [{}]", {}, "either effect or patterns"),
        (GOOD + "\nexcludes: [{patterns: {any: [{type: contains, value: echo}]}}]", {}, "an exclude by patterns needs match.patterns"),
        ("patterns: {any: [{type: contains, value: abc}]}\nexcludes: [{patterns: {any: [{type: contains, value: xyz}]}}]", {}, "whoever wrote the text"),
        ("patterns: {fields: [result], any: [{type: contains, value: abc}]}\nexcludes: [{patterns: {any: [{type: contains, value: xyz}]}}]", {},
         "whoever wrote the text"),
        ("patterns: {fields: [command], any: [{type: contains, value: abc}]}\nexcludes: [{patterns: {any: [{type: contains, value: xyz}]}}]",
         {"phase": ["after"]}, "whoever wrote the text"),
    ],
)
def test_what_is_wrong(said, match, changes, complaint):
    assert complaint in said(match, **changes)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [({"id": "HR-DST-900"}, "unknown category 'team'"), ({"id": "HR-GIT-900", "category": "destructive-shell"}, "does not fit category"),
     ({"id": "HR-DST-900", "category": "destructive-shell"}, "")])
def test_ids_of_shipped_rules_follow_their_category(said, changes, complaint):
    found = said(GOOD, shipped=True, **changes)
    assert complaint in found if complaint else found == ""


def test_categories_have_different_letters():
    assert len(set(CATEGORIES.values())) == len(CATEGORIES)
