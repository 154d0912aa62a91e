import pytest

from sensor.access.arguments import check_argument, compile_pattern
from sensor.access.policy import ArgumentSection


@pytest.mark.parametrize(("limit", "value", "wrong", "ask"), [
    ({"max": 100}, 100, "", False), ({"max": 100}, 100.5, "above 100", False), ({"max": 100}, "101", "above 100", False), ({"max": 100}, -500, "above", False),
    ({"max": 100}, "many", "not a number", False), ({"max": 100}, True, "not a number", False), ({"max": 100}, float("nan"), "not a number", False),
    ({"ask_above": 10, "max": 100}, 50, "above 10", True), ({"ask_above": 10, "max": 100}, 200, "above 100", False),
    ({"allow": "[a-z]+"}, "abc", "", False), ({"allow": "[a-z]+"}, "abc1", "allowed form", False), ({"deny": "prod"}, "my-prod-db", "denied", False),
    ({"deny": "prod"}, "dev", "", False), ({"max_length": 3}, "abcd", "longer", False), ({"max_length": 3}, "abc", "", False),
    ({"deny": "x"}, "y" * 70_000, "too long", False),
])
def test_limits(limit, value, wrong, ask):
    section = ArgumentSection(tool="*", field="a.b", **limit)
    message, may_ask = check_argument(section, {"a": {"b": value}})
    assert (wrong in message, bool(message), may_ask) == (True, bool(wrong), ask)


@pytest.mark.parametrize("arguments", [{}, {"a": 1}, {"a": {}}, {"b": {"b": 5}}])
def test_an_absent_argument_breaks_no_limit(arguments):
    assert check_argument(ArgumentSection(tool="*", field="a.b", max=1), arguments) == ("", False)


@pytest.mark.parametrize("arguments", [{"A": {"B": 500}}, {"a": {"b": 1, "B": 500}}, {"a": {"b": 1}, "A": {"b": 500}}, {"a": {"b": 50}, "A": {"b": 500}}])
def test_every_spelling_of_a_field_counts(arguments):
    """A server that reads keys in any case would take the other one."""
    assert check_argument(ArgumentSection(tool="*", field="a.b", max=100, ask_above=10), arguments) == ("a.b is above 100", False)


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(ValueError):
        compile_pattern("(")
