"""Repairs: rights are only taken away, from files that are this user's and no links; our own entries are written again."""

from __future__ import annotations

import os
import stat

import pytest

from hooks.settings.connection import inspect
from sensor.host.checks.agents import connect
from sensor.host.checks.repairs import Hooks, Modes, is_ours, plan_hooks, put_right, take_away
from sensor.host.files.hook_client import client_path
from sensor.model.errors import HandrailError
from sensor.model.verdicts import Mode
from sensor.paths import locate, make_private


def mode(file) -> int:
    return stat.S_IMODE(os.lstat(file).st_mode)


def with_mode(file, bits: int):
    file.write_text("x")
    file.chmod(bits)
    return file


@pytest.mark.parametrize(("before", "forbidden", "after"), [(0o644, 0o077, 0o600), (0o664, 0o022, 0o644), (0o755, 0o077, 0o700), (0o600, 0o077, 0o600), (0o440, 0o077, 0o400)])
def test_rights_are_taken_away_and_none_is_given(tmp_path, before, forbidden, after):
    file = with_mode(tmp_path / "f", before)
    assert take_away(Modes(path=str(file), forbidden=forbidden)) == f"mode {before:o}, now {after:o}" and mode(file) == after


def test_a_folder_too(tmp_path):
    tmp_path.chmod(0o777)
    take_away(Modes(path=str(tmp_path), forbidden=0o077))
    assert mode(tmp_path) == 0o700


def test_a_link_is_not_followed_and_what_is_gone_is_said(tmp_path):
    target = with_mode(tmp_path / "target", 0o644)
    (tmp_path / "link").symlink_to(target)
    for name in ("link", "gone"):
        with pytest.raises(HandrailError, match="left as it is"):
            take_away(Modes(path=str(tmp_path / name), forbidden=0o077))
    assert mode(target) == 0o644


def test_what_is_of_another_user_is_left(tmp_path, monkeypatch):
    file = with_mode(tmp_path / "f", 0o644)
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    with pytest.raises(HandrailError, match="another user"):
        take_away(Modes(path=str(file), forbidden=0o077))
    assert mode(file) == 0o644


def test_what_has_another_name_is_left(tmp_path):
    """A link that an agent made would take the rights from a file that is meant for others."""
    page = with_mode(tmp_path / "page.html", 0o644)
    os.link(page, tmp_path / ".npmrc")
    with pytest.raises(HandrailError, match="hard link"):
        take_away(Modes(path=str(tmp_path / ".npmrc"), forbidden=0o077))
    assert mode(page) == 0o644


def test_what_is_ours(tmp_path):
    paths = locate(tmp_path, tmp_path / "p")
    for folder in (paths.config, paths.state):
        make_private(folder)
    (tmp_path / "elsewhere").mkdir()
    (paths.config / "link").symlink_to(tmp_path / "elsewhere")
    assert is_ours(Hooks(agent="cursor"), paths) and is_ours(Modes(path=str(paths.config_file), forbidden=0o077), paths) and is_ours(Modes(path=str(paths.state), forbidden=0o077), paths)
    for path in (tmp_path / ".netrc", tmp_path / "p", f"{paths.config}-other", paths.config / "link" / "f"):
        assert not is_ours(Modes(path=str(path), forbidden=0o077), paths)


def test_our_entries_are_written_again_and_others_stay(own_home):
    paths = locate(own_home, own_home / "p")
    for folder in (paths.config, paths.state, paths.bin):
        make_private(folder)
    settings = own_home / ".claude" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"model": "x"}')
    connect(paths, own_home, "claude-code", Mode.ENFORCE)
    whole = settings.read_text()
    settings.write_text(whole.replace('"PreToolUse"', '"PreToolUsed"'))
    with pytest.raises(HandrailError, match="no hook client"):
        plan_hooks(paths, own_home, Hooks(agent="claude-code"), Mode.ENFORCE)
    client_path(paths).write_text("#!/bin/sh\n")
    client_path(paths).chmod(0o700)
    plan = plan_hooks(paths, own_home, Hooks(agent="claude-code"), Mode.ENFORCE)
    assert plan.change and "PreToolUsed" in settings.read_text(), "a plan writes nothing"
    assert str(settings) in put_right(plan)
    assert '"PreToolUse"' in settings.read_text() and '"model": "x"' in settings.read_text() and inspect(plan.place, (2, 1, 0)).connected
