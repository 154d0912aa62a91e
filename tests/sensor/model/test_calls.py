import msgspec
import pytest

from sensor.model.calls import Abilities, Action, InputProblem, Phase, ShellAction, ToolCall, ToolKind, WriteAction


def call(**fields) -> ToolCall:
    base = {"agent": "a", "event": "PreToolUse", "phase": Phase.BEFORE, "kind": ToolKind.SHELL, "tool": "Bash", "action": ShellAction(command="ls")}
    return ToolCall(**{**base, **fields})


def test_values_are_frozen_and_changed_by_replacement():
    one = call()
    with pytest.raises(AttributeError):
        one.tool = "Read"
    assert msgspec.structs.replace(one, tool="Read").tool == "Read" and one.tool == "Bash"


def test_an_action_keeps_its_kind_through_json():
    for action in (ShellAction(command="x"), WriteAction(files=(("f", ()),))):
        assert msgspec.json.decode(msgspec.json.encode(action), type=Action) == action


def test_by_default_an_event_can_stop_nothing():
    assert call().abilities == Abilities(deny=False, ask=False, asks_later=False, replace_result=False)


def test_a_call_survives_the_way_through_json():
    one = call(problems=(InputProblem.LOSSY,), arguments={"command": "ls"}, roots=("/w",))
    assert msgspec.json.decode(msgspec.json.encode(one), type=ToolCall) == one
