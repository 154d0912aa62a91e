"""Which edits of an agent's settings take permissions away and do nothing else."""

from __future__ import annotations

import json

import pytest

from sensor.effects.tool_inputs.tightening import tightens_only
from sensor.model.calls import Edit

BEFORE = {"permissions": {"allow": ["Bash(git:*)", "Bash(*)"], "deny": ["Read(./.env)"], "defaultMode": "default"}, "hooks": {"PreToolUse": []}}


@pytest.fixture
def settings(tmp_path):
    """A settings file with BEFORE in it."""
    folder = tmp_path / ".claude"
    folder.mkdir()
    path = folder / "settings.json"
    path.write_text(json.dumps(BEFORE))
    return path


def changed(**permissions):
    return {**BEFORE, "permissions": {**BEFORE["permissions"], **permissions}}


@pytest.mark.parametrize("after", [
    changed(deny=["Read(./.env)", "Bash(rm:*)"]),
    changed(allow=["Bash(git:*)"]),
    changed(allow=[], ask=["Bash(git push:*)"]),
])
def test_less_is_allowed(settings, after):
    assert tightens_only(str(settings), [Edit(new=json.dumps(after))])


@pytest.mark.parametrize("after", [
    BEFORE,
    changed(deny=[]),
    changed(allow=["Bash(git:*)", "Bash(*)", "Read"]),
    changed(deny=["Read(./.env)", "x"], allow=["Bash(git:*)", "Read"]),
    changed(deny=["Read(./.env)", "x"], additionalDirectories=["/"]),
    changed(deny=["Read(./.env)", "x"], defaultMode="bypassPermissions"),
    {**changed(deny=["Read(./.env)", "x"]), "hooks": {}},
    {**changed(deny=["Read(./.env)", "x"]), "env": {"A": "b"}},
    {"permissions": {"deny": ["Read(./.env)", "x"]}},
    changed(deny={"Read(./.env)": 1}),
    [],
])
def test_more_than_that(settings, after):
    assert not tightens_only(str(settings), [Edit(new=json.dumps(after))])


def test_an_edit_of_a_place_in_the_file(settings):
    assert tightens_only(str(settings), [Edit(old=', "Bash(*)"', new="")])
    assert not tightens_only(str(settings), [Edit(old="Bash", new="Read")]), "it stands there twice"
    assert not tightens_only(str(settings), [Edit(old="absent", new="")])
    assert not tightens_only(str(settings), [Edit(old=', "Bash(*)"', new=""), Edit(old='"Read(./.env)"', new="")])


def test_a_name_that_stands_there_twice_has_two_meanings(settings):
    text = json.dumps(changed(allow=[]))
    assert not tightens_only(str(settings), [Edit(new=text[:-1] + ', "hooks": {"PreToolUse": []}}')])


def test_a_new_file(tmp_path):
    deny = [Edit(new='{"permissions": {"deny": ["x"]}}')]
    assert tightens_only(f"{tmp_path}/.claude/settings.local.json", deny)
    assert tightens_only(f"{tmp_path}/.cursor/cli-config.json", deny)
    assert not tightens_only(f"{tmp_path}/.claude/settings.json", [Edit(new='{"permissions": {"allow": ["x"]}}')])
    assert not tightens_only(f"{tmp_path}/.cursor/hooks.json", deny)
    assert not tightens_only(f"{tmp_path}/.claude/managed-settings.json", deny)


def test_a_file_that_cannot_be_read(settings):
    settings.unlink()
    settings.mkdir()
    assert not tightens_only(str(settings), [Edit(new='{"permissions": {"deny": ["x"]}}')])


def test_what_is_no_json(settings):
    settings.write_text("// mine\n" + json.dumps(BEFORE))
    assert not tightens_only(str(settings), [Edit(new=json.dumps(changed(allow=[])))])
    assert not tightens_only(str(settings), [Edit(new="[" * 100_000)])
