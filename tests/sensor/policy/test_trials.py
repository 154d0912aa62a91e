from __future__ import annotations

import pytest

from sensor.judging import example_judge
from sensor.policy.examples import trials
from sensor.policy.rule import Example
from sensor.policy.trials import MAX_SHOWN, failures, shown


def tried(rule) -> list[str]:
    return [failure.problem for failure in failures(trials((rule,)), example_judge([rule]))]


@pytest.mark.parametrize(
    ("yes", "no", "problems"),
    [
        (["rm a", "rm b"], ["ls", "pwd"], []),
        (["rm a", "ls"], ["pwd"], ["does not fire on true_positive 2"]),
        (["rm a"], ["ls", "sudo rm x"], ["fires on true_negative 2"]),
        ([{"tool": "Write", "input": {"content": "x"}}], [], ["has an example that is no call (an example of Write needs 'file_path' in its input)"]),
    ],
)
def test_through_the_whole_pipeline(make_rule, yes, no, problems):
    assert tried(make_rule("effect: {command: [rm]}", examples={"true_positive": yes, "true_negative": no})) == problems


def test_a_failure_shows_what_was_seen_and_where_it_stands(make_rule):
    rule = make_rule("effect: {command: [rm], deletes: ['@home']}", examples={"true_positive": ["rm -r ./x"], "true_negative": []})
    (failure,) = failures(trials((rule,)), example_judge([rule]))
    assert failure.effects.effects[0].program == "rm" and failure.findings == ()
    assert str(failure) == f"{rule.examples.true_positive[0].where}: TEAM-TEST-001 does not fire on true_positive 1: rm -r ./x"


@pytest.mark.parametrize(
    ("example", "text"),
    [(Example(input={"command": "a\n  b"}), "a b"), (Example(tool="Read", input={"file_path": "x"}), "Read file_path: x"), (Example(definition={"name": "n", "description": "d"}), "definition name: n, description: d"),
     (Example(tool="Read", input={"file_path": "x"}, result="got"), "Read got"), (Example(input={"command": "x" * 500}), "x" * (MAX_SHOWN - 1) + "…")])
def test_an_example_in_one_line(example, text):
    assert shown(example) == text
