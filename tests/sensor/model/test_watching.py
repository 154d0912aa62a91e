from __future__ import annotations

import msgspec
import pytest

from sensor.model.watching import HookChange, Observation, WatchFacts, WatchPlan


@pytest.mark.parametrize(("change", "harm"), [
    ({"lost": ("PreToolUse",)}, True), ({"altered": ("Stop",)}, True), ({"off": True}, True), ({"problem": "no JSON"}, True),
    ({"gained": ("Stop",)}, False), ({"foreign_gone": 1}, False), ({}, False)])
def test_less_protection_than_there_should_be_is_harm(change, harm):
    assert HookChange(agent="claude-code", is_expected=False, **change).is_harm is harm
    assert not HookChange(agent="claude-code", **change).is_harm, "taken out through Handrail"


def test_values_cross_the_socket_as_they_are():
    seen = Observation(path="/a", kind="hooks", event="change", since=1.0, until=2.0, seen="event", hooks=HookChange(agent="cursor", lost=("stop",)))
    for value in (seen, WatchFacts(pid=1, started=2.0), WatchPlan(projects=("/p",))):
        assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
