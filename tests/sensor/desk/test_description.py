"""What a person sees of a held call: the call itself, what its text does not say, and its end."""

from __future__ import annotations

import json

import pytest

from sensor.desk.description import describe_call, redact_lines
from sensor.detectors.redact import Redactor
from sensor.detectors.secrets import SecretScanner
from sensor.model.calls import McpAction, OtherAction, ToolKind
from sensor.model.effects import Effect, Effects, PathRef


def test_a_person_sees_the_call_itself(shell_call):
    effects = Effects(effects=(Effect(deletes=(PathRef(raw="x", path="/p/x"),), reads=(PathRef(raw="y"),)),))
    lines = describe_call(shell_call("rm x"), effects)
    assert lines[0] == ("command", "rm x")
    assert ("touches", "deletes /p/x") in lines and ("touches", "reads y") in lines
    assert lines[-1][0] == "length"


def test_a_person_sees_what_the_text_does_not_say(shell_call):
    recipe = tuple(Effect(argv=("git", "push", f"-{letter}"), wrappers=("make",)) for letter in "abcdefghijklmnopqrstuvw")
    told = Effect(argv=("rm", "x"), wrappers=("sudo",))
    lines = describe_call(shell_call("make deploy && sudo rm x", arguments={"command": "make deploy && sudo rm x", "description": "d", "dangerouslyDisableSandbox": True}), Effects(effects=(*recipe, told)))
    assert [text for label, text in lines if label == "runs"] == [f"git push -{letter}" for letter in "abcdefghijklmnopqrst"]
    assert ("arguments", '{"dangerouslyDisableSandbox":true}') in lines


@pytest.mark.parametrize("action, kind", [(McpAction(server="s", tool="t", arguments={"q": 1}), ToolKind.MCP), (OtherAction(arguments={"q": 1}), ToolKind.UNKNOWN)])
def test_a_call_without_text_of_its_own_shows_its_arguments(shell_call, action, kind):
    assert ("arguments", '{"q":1}') in describe_call(shell_call("", action=action, kind=kind, arguments={"q": 1}), Effects())


def test_what_a_person_sees_of_a_long_call_is_its_beginning_and_its_end(shell_call):
    command = "echo a; " + "x" * 50_000 + "; rm -rf ~"
    shown = dict(redact_lines(describe_call(shell_call(command), Effects()), Redactor(SecretScanner(), bytes(32)).redact))
    assert shown["command"].startswith("echo a;") and shown["command"].endswith("; rm -rf ~") and "characters left out" in shown["command"]
    assert len(shown["command"]) < 17_000 and int(shown["length"].split()[0]) >= len(command)


def test_lines_hold_no_secret_in_json_nor_in_what_was_derived_from_the_command():
    redact, chosen = Redactor(SecretScanner(), bytes(32)).redact, "Harbor-9xk"
    lines = redact_lines((("command", f"az login -u a -p {chosen}"), ("runs", f"sudo az {chosen}"), ("touches", f"deletes /srv/{chosen}"), ("folder", f"/home/{chosen}")), redact)
    assert chosen not in repr(lines[:3]) and lines[1][1].startswith("sudo az [redacted:secret:") and lines[3] == ("folder", f"/home/{chosen}")
    arguments = json.dumps({"content": f"machine h\n  login bob\n  password {chosen}\n"})
    assert chosen not in redact_lines((("arguments", arguments),), redact)[0][1]


@pytest.mark.parametrize("shift", [0, 12_000 - 38, 12_000 - 20])
def test_no_part_of_a_token_is_left_where_a_long_command_is_shortened(shell_call, shift):
    token = "ghp" + "_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
    command = "#" + " x" * 10_000
    at = shift or len(command) - 4000 - 1  # what is left out would end behind its first letter
    shown = redact_lines(describe_call(shell_call(command[:at] + token + command[at + len(token):]), Effects()), Redactor(SecretScanner(), bytes(32)).redact)
    assert not any(part in shown[0][1] for part in (token[:12], token[-12:]))
