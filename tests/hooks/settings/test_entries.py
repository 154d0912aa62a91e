"""Our entries in a text of settings."""

from __future__ import annotations

import json
import shlex

import pytest

from hooks.settings.entries import (
    Keep,
    add_entries,
    find_entries,
    foreign_part,
    is_ours,
    kept_members,
    parse_settings,
    remove_entries,
)
from hooks.settings.formats import FORMATS, Registration
from hooks.settings.jsonc import SyntaxProblem

CLIENT = "/opt/hr/handrail-hook"
OURS = {"type": "command", "command": f"{CLIENT} --agent claude-code"}
THEIRS = {"type": "command", "command": "their-hook"}
CLAUDE, CURSOR = FORMATS["claude-code"], FORMATS["cursor"]


@pytest.mark.parametrize(("handler", "ours"), [
    ({"command": f"{CLIENT} --agent x"}, True), ({"command": CLIENT}, True), ({"command": CLIENT, "args": ["--agent", "x"]}, True),
    ({"command": f"'{CLIENT}' --agent x"}, True), ({"command": f"{CLIENT}-wrapper --agent x"}, False), ({"command": f"echo {CLIENT}"}, False),
    ({"command": "/other/handrail-hook --agent x"}, False), ({"command": f"{CLIENT} 'open"}, False), ({"url": CLIENT}, False), ("text", False),
    ({"command": 1}, False),
])
def test_ours_is_what_runs_our_client(handler, ours):
    assert is_ours(handler, CLIENT) is ours


@pytest.mark.parametrize("client", ["/a b/handrail-hook", "/a dev's home/handrail-hook", '/"q" $HOME/handrail-hook'])
def test_the_path_may_hold_what_a_shell_quotes(client):
    assert is_ours({"command": f"{shlex.quote(client)} --agent x"}, client)


@pytest.mark.parametrize(("text", "message"), [
    ("[]", "must be an object"), ('{"hooks": []}', '"hooks" must be an object'), ('{"hooks": {"Stop": {}}}', '"Stop" must be a list'),
])
def test_shapes_that_cannot_be_edited(text, message):
    with pytest.raises(SyntaxProblem, match=message):
        parse_settings(text)


def test_our_handler_in_a_group_of_others():
    text = json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [THEIRS, OURS]}]}}, indent=2)
    (entry,) = find_entries(parse_settings(text), CLAUDE, CLIENT)
    assert entry.event == "PreToolUse" and entry.handler == OURS
    after = remove_entries(text, CLAUDE, CLIENT, Keep())
    assert json.loads(after) == {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [THEIRS]}]}}


@pytest.mark.parametrize("form", [CLAUDE, CURSOR], ids=["claude-code", "cursor"])
@pytest.mark.parametrize("indent", [None, 2, "\t"])
@pytest.mark.parametrize("given", [
    {}, {"model": "opus"}, {"hooks": {}}, {"hooks": {"Stop": [], "stop": []}, "z": 1}, {"a": [1], "hooks": {"PreToolUse": [THEIRS], "preToolUse": [THEIRS]}},
    {"hooks": {"PreToolUse": [{"hooks": [THEIRS]}, {"hooks": []}, "odd"]}},
])
def test_removing_undoes_adding(form, indent, given):
    before = json.dumps(given, indent=indent)
    wanted = form.entries(Registration(command=f"{CLIENT} --agent x", version=(9,)))
    after = add_entries(before, form, wanted)
    root = parse_settings(after)
    assert {entry.event: entry.group for entry in find_entries(root, form, CLIENT)} == wanted
    assert foreign_part(root, form, CLIENT) == foreign_part(parse_settings(before), form, CLIENT)
    assert all(root.value[key] == value for key, value in form.fixed)
    back = json.loads(remove_entries(after, form, CLIENT, kept_members(parse_settings(before))))
    assert {**back, **dict(form.fixed)} == {**given, **dict(form.fixed)} and ("version" not in back or "hooks" in given)


def test_the_order_of_keys_stays():
    text = '{"z": 1, "hooks": {"Stop": [], "PreToolUse": []}, "a": 2}'
    after = add_entries(text, CLAUDE, CLAUDE.entries(Registration(command=CLIENT)))
    assert list(json.loads(after)) == ["z", "hooks", "a"] and list(json.loads(after)["hooks"])[:2] == ["Stop", "PreToolUse"]


def test_a_text_without_us_is_not_touched():
    text = '{"hooks": {"Stop": []} , }'
    assert remove_entries(text, CLAUDE, CLIENT, Keep()) == text


def test_an_empty_text_becomes_an_object():
    assert json.loads(add_entries(" \n", CURSOR, {"stop": {"command": CLIENT}})) == {"version": 1, "hooks": {"stop": [{"command": CLIENT}]}}


def test_another_version_in_the_file_stays():
    assert json.loads(add_entries('{"version": 2}', CURSOR, {"stop": {"command": CLIENT}}))["version"] == 2
