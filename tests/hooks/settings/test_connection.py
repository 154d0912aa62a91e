"""Connecting and disconnecting agents, in every state their settings may be in."""

from __future__ import annotations

import contextlib
import json
import os
import time
from pathlib import Path

import msgspec
import pytest

from hooks.settings.connection import Place, apply, disconnect, inspect, plan_connection
from hooks.settings.files import SettingsError
from hooks.settings.formats import Scope, known_events
from hooks.settings.own_writes import own_writes
from hooks.settings.record import load_record, load_records
from sensor.model.errors import UsageError

VERSION = (9, 9, 9)
CLAUDE_STYLE = """{
    // what I like
    "model": "opus",
    "hooks": {
        "PreToolUse": [
            { "matcher": "Bash", "hooks": [ { "type": "command", "command": "my-hook" } ] }, // mine
        ],
        "Stop": []
    },
    "permissions": { "allow": [ "Bash(ls *)" ] }
}"""
CURSOR_STYLE = """{ "version": 1,
\t"hooks": {
\t\t"beforeShellExecution": [{"command": "./mine.sh"}] /* mine */,
\t\t"stop": []
\t}
}
"""
BYTES = [
    b"", b"{}", b"{}\n", b"\n", b'{"a":1}', CLAUDE_STYLE.encode(), CURSOR_STYLE.encode(), CLAUDE_STYLE.replace("\n", "\r\n").encode(),
    b"\xef\xbb\xbf" + CURSOR_STYLE.encode(), b'{"hooks": {}}', "{\n  \"name\": \"J\u00f6rg \u2028\"\n}\n".encode(), b'{"hooks": {"Stop": []}, "hooks": {}}',
]


def connect(place: Place, version=VERSION, enforce: bool = True) -> bool:
    plan = plan_connection(place, version, enforce)
    apply(plan)
    return plan.change


def put(place: Place, data: bytes | str) -> Path:
    place.file.parent.mkdir(exist_ok=True)
    place.file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return place.file


@pytest.mark.parametrize("data", BYTES)
def test_disconnecting_gives_every_byte_back(place, data):
    file = put(place, data)
    assert connect(place) and inspect(place, VERSION).connected
    assert disconnect(place).outcome == "restored"
    assert file.read_bytes() == data and not list(place.state.rglob("*.json"))


@pytest.mark.parametrize("data", BYTES)
def test_a_second_time_changes_nothing(place, data):
    file = put(place, data)
    connect(place)
    first, facts = file.read_bytes(), file.stat()
    assert not connect(place)
    assert file.read_bytes() == first and file.stat().st_mtime_ns == facts.st_mtime_ns
    disconnect(place)
    assert file.read_bytes() == data


@pytest.mark.parametrize("data", BYTES)
def test_an_upgrade_replaces_our_entries(place, data):
    """Another version and mode: still one entry per event, and still every byte comes back."""
    file = put(place, data)
    assert connect(place, version=(), enforce=False) and connect(place, version=VERSION)
    assert set(inspect(place, VERSION).commands) == set(known_events(place.agent, VERSION))
    assert file.read_text("utf-8-sig").count("handrail-hook") == len(known_events(place.agent, VERSION))
    disconnect(place)
    assert file.read_bytes() == data


def test_what_did_not_exist_is_removed_again(place):
    connect(place)
    assert place.file.stat().st_mode & 0o777 == 0o600
    assert disconnect(place).outcome == "deleted"
    assert not place.file.parent.exists()


def test_a_folder_that_others_use_stays(place):
    connect(place)
    (place.file.parent / "theirs").touch()
    disconnect(place)
    assert os.listdir(place.file.parent) == ["theirs"]


@pytest.mark.parametrize(("style", "word"), [(CLAUDE_STYLE, "opus"), (CURSOR_STYLE, "mine.sh")])
def test_a_change_of_others_survives(place, style, word):
    file = put(place, style)
    connect(place)
    file.write_text(file.read_text().replace(word, "other"))
    assert disconnect(place).outcome == "entries removed"
    left = file.read_text()
    assert left.replace(',\n    "version": 1\n}', "\n}") == style.replace(word, "other")


def test_a_change_of_others_before_an_upgrade_survives(place):
    file = put(place, CLAUDE_STYLE)
    connect(place, version=())
    changed = file.read_text().replace("opus", "haiku")
    file.write_text(changed)
    connect(place, version=VERSION)
    disconnect(place)
    assert '"haiku"' in file.read_text() and "handrail" not in file.read_text() and "// what I like" in file.read_text()


def test_without_a_record_our_entries_still_go(place):
    file = put(place, CLAUDE_STYLE)
    connect(place)
    for record in place.state.rglob("*.json"):
        record.unlink()
    assert disconnect(place).outcome == "entries removed"
    assert "handrail" not in file.read_text() and "my-hook" in file.read_text()


def test_a_file_of_ours_that_lost_everything_else_is_deleted(place):
    connect(place)
    file = place.file
    file.write_text(file.read_text() + "\n")
    assert disconnect(place).outcome == "deleted" and not file.exists()


def test_nothing_to_disconnect(place):
    assert disconnect(place).outcome == "not connected"
    put(place, "{broken")  # not ours, so not our business
    assert disconnect(place).outcome == "not connected"


@pytest.mark.parametrize(("data", "where", "what"), [
    (b'{\n  "hooks": {\n    oops\n', ":3:5: ", "double quotes"), (b"[]", ":1:1: ", "must be an object"), (b'{"hooks": []}', ":1:11: ", "must be an object"),
    (b'{"hooks": {"Stop": 1}}', ":1:20: ", "must be a list"), (b'{"a": "\xff"}', ":1:8: ", "UTF-8"), (b"[" * 5000, ":1:102: ", "deep"),
])
def test_what_cannot_be_understood_is_left_alone(place, data, where, what):
    file = put(place, data)
    with pytest.raises(SettingsError, match=what) as caught:
        plan_connection(place, VERSION, True)
    assert f"{file}{where}" in caught.value.message and "try again" in caught.value.next_step
    assert file.read_bytes() == data and not place.state.exists()
    assert inspect(place, VERSION).problem and not inspect(place, VERSION).connected


def test_broken_after_us_is_refused_not_lost(place):
    connect(place)
    broken = place.file.read_bytes().replace(b"hooks", b"hooks\n", 1)
    place.file.write_bytes(broken)
    with pytest.raises(SettingsError):
        disconnect(place)
    assert place.file.read_bytes() == broken and load_record(place.state, place.agent) is not None


def test_a_write_protected_file_is_left_alone(place):
    file = put(place, "{}")
    file.chmod(0o444)
    with pytest.raises(SettingsError, match="write-protected"):
        connect(place)
    assert file.read_text() == "{}" and not place.state.exists()


def test_a_link_is_followed_and_stays(place, tmp_path):
    real = tmp_path / "dotfiles" / "settings"
    real.parent.mkdir()
    real.write_text(CLAUDE_STYLE)
    real.chmod(0o664)
    place.file.parent.mkdir()
    place.file.symlink_to(real)
    connect(place)
    assert place.file.is_symlink() and "handrail" in real.read_text() and real.stat().st_mode & 0o777 == 0o664
    disconnect(place)
    assert place.file.is_symlink() and real.read_text() == CLAUDE_STYLE and real.stat().st_mode & 0o777 == 0o664


def test_an_interrupted_write_can_be_undone(place, monkeypatch):
    """The record is written first: a crash between it and the file leaves a file that is simply not connected."""
    file = put(place, CLAUDE_STYLE)
    with monkeypatch.context() as broken:
        broken.setattr("hooks.settings.connection.write_file", lambda *_: (_ for _ in ()).throw(SettingsError("crash")))
        with pytest.raises(SettingsError):
            connect(place)
    assert file.read_text() == CLAUDE_STYLE
    assert disconnect(place).outcome == "not connected" and file.read_text() == CLAUDE_STYLE
    connect(place)
    disconnect(place)
    assert file.read_text() == CLAUDE_STYLE


def test_the_watcher_hears_of_a_write_before_it_can_read_of_it(place, monkeypatch):
    """Between the record and the file it would look as if our entries had been taken out."""
    put(place, CLAUDE_STYLE)
    place.state.mkdir()
    heard: list[str] = []
    monkeypatch.setattr("hooks.settings.connection.save_record", lambda state, record: heard.extend(note.path for note in own_writes(state, time.time())))
    connect(place)
    assert heard == [str(place.file)]


def test_two_installations_do_not_touch_each_other(place):
    other = msgspec.structs.replace(place, state=place.state / "other", client=Path("/elsewhere/handrail-hook"))
    connect(place)
    connect(other)
    assert inspect(place, VERSION).connected and inspect(other, VERSION).connected
    disconnect(place)
    assert inspect(other, VERSION).connected and not inspect(place, VERSION).commands


def test_a_moved_config_folder_is_followed(claude, tmp_path):
    connect(claude)
    moved = msgspec.structs.replace(claude, environment={"CLAUDE_CONFIG_DIR": str(tmp_path / "moved")})
    connect(moved)
    assert not claude.file.exists() and inspect(moved, VERSION).connected
    assert disconnect(claude).outcome == "deleted" and not (tmp_path / "moved").exists()


def test_status_counts_others_and_names_what_is_missing(claude):
    put(claude, CLAUDE_STYLE)
    assert inspect(claude, VERSION).foreign == 1 and not inspect(claude, VERSION).connected
    connect(claude, version=(2, 0, 50))
    status = inspect(claude, VERSION)
    assert "ConfigChange" in status.missing and not status.connected and "PreToolUse" in status.commands
    assert status.commands["PreToolUse"] == "'/opt/handrail data/bin/handrail-hook' --agent claude-code"


def test_hooks_that_are_switched_off_are_no_connection(claude):
    put(claude, '{"disableAllHooks": true}')
    connect(claude)
    assert "disableAllHooks" in inspect(claude, VERSION).problem and not inspect(claude, VERSION).connected


def test_settings_stay_valid_json_for_the_agent(place):
    put(place, "{}")
    connect(place)
    assert set(json.loads(place.file.read_text())["hooks"]) == set(known_events(place.agent, VERSION))


def test_an_unknown_agent_is_named(place):
    with pytest.raises(UsageError, match="unknown agent: emacs"):
        plan_connection(msgspec.structs.replace(place, agent="emacs"), VERSION, True)


def test_settings_of_a_project_and_of_the_machine_are_connected_beside_the_users_own(place, elsewhere):
    user = put(place, "{}")
    assert connect(place) and connect(elsewhere) and elsewhere.file != place.file
    assert inspect(place, VERSION).connected and inspect(elsewhere, VERSION).connected
    assert disconnect(elsewhere).outcome == "deleted" and not elsewhere.file.parent.exists()
    assert inspect(place, VERSION).connected and disconnect(place).outcome == "restored" and user.read_bytes() == b"{}"


def test_two_projects_are_kept_apart(place, tmp_path):
    one, two = (msgspec.structs.replace(place, scope=Scope.PROJECT, project=tmp_path / name) for name in ("one", "two"))
    assert connect(one) and connect(two)
    assert disconnect(one).outcome == "deleted" and inspect(two, VERSION).connected
    assert [record.project for record in load_records(place.state)] == [str(tmp_path / "two")]


def test_a_system_without_managed_settings_says_so(place, monkeypatch):
    monkeypatch.setattr("sys.platform", "plan9")
    with pytest.raises(UsageError, match="no managed settings"):
        plan_connection(msgspec.structs.replace(place, scope=Scope.MANAGED), VERSION, True)


def project_of(place: Place, folder: Path) -> Place:
    folder.mkdir(exist_ok=True)
    return msgspec.structs.replace(place, scope=Scope.PROJECT, project=folder)


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_project_whose_settings_lie_elsewhere_is_left_alone(place, tmp_path, link):
    """A repository may bring a link to the user's own settings: undoing the project must not disconnect the user."""
    assert connect(place)
    before, project = place.file.read_bytes(), project_of(place, tmp_path / "work")
    if link == "folder":
        project.file.parent.symlink_to(place.file.parent)
    else:
        project.file.parent.mkdir()
        project.file.symlink_to(place.file)
    for act in (connect, disconnect):
        with pytest.raises(SettingsError, match="leads out of the project"):
            act(project)
    assert "leads out" in inspect(project, VERSION).problem
    assert place.file.read_bytes() == before and not load_record(place.state, project.record)


def test_a_link_that_comes_while_a_projects_settings_are_read_is_not_followed(place, tmp_path, monkeypatch):
    """The folder is swapped for a link to the user's own one whenever somebody has looked where it leads."""
    assert connect(place)
    before, project = place.file.read_bytes(), project_of(place, tmp_path / "work")
    project.file.parent.mkdir()
    real, swapped = os.path.realpath, []

    def look(path, **how):
        found = real(path, **how)
        if str(path) == str(project.file) and not swapped:
            swapped.append(path)
            project.file.parent.rename(tmp_path / "aside")
            project.file.parent.symlink_to(place.file.parent)
        return found

    monkeypatch.setattr(os.path, "realpath", look)
    with contextlib.suppress(SettingsError):  # where the user's own file has our entries already, there is nothing to write
        connect(project)
    assert swapped and place.file.read_bytes() == before


def test_a_link_that_takes_the_place_of_a_projects_settings_is_not_followed(place, tmp_path):
    assert connect(place)
    before, project = place.file.read_bytes(), project_of(place, tmp_path / "work")
    assert connect(project)
    project.file.unlink()
    project.file.symlink_to(place.file)
    with pytest.raises(SettingsError, match="leads out of the project"):
        disconnect(project)
    assert place.file.read_bytes() == before


def test_the_home_folder_as_a_project_does_not_take_the_users_own_file(cursor):
    assert connect(cursor)
    project = project_of(cursor, cursor.home)
    with pytest.raises(SettingsError, match="user's own"):
        connect(project)
    assert disconnect(project).outcome == "not connected" and inspect(cursor, VERSION).connected


def test_a_project_with_a_name_that_is_no_text_is_refused(place, tmp_path):
    project = project_of(place, Path(os.fsdecode(os.fsencode(tmp_path) + b"/w\xff")))
    with pytest.raises(UsageError, match=r"w\\xff is not UTF-8"):
        connect(project)
    assert not any(project.project.iterdir())


def test_everybody_can_read_the_settings_of_the_machine(place, tmp_path):
    managed = msgspec.structs.replace(place, scope=Scope.MANAGED, root=tmp_path / "machine")
    before = os.umask(0o077)
    try:
        assert connect(managed)
    finally:
        os.umask(before)
    assert managed.file.stat().st_mode & 0o777 == 0o644 and managed.file.parent.stat().st_mode & 0o777 == 0o755
