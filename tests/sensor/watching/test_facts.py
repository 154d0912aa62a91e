"""What is read of a file: digests, signatures, links, and hooks by digest."""

from __future__ import annotations

import hashlib
import json
import os
import sys

import msgspec
import pytest

from hooks.settings.formats import FORMATS, Registration
from sensor.model.watching import HookChange
from sensor.watching import facts
from sensor.watching.facts import READ_BYTES, HookView, compare_hooks, read_state, sign, unknown_entries, view_hooks

CLIENT = "/data/bin/handrail-hook"
OURS = FORMATS["claude-code"].entries(Registration(command=f"{CLIENT} --agent claude-code", version=(2, 1, 0)))
OTHER = {"matcher": "Bash", "hooks": [{"type": "command", "command": "audit.sh"}]}


def settings(hooks: dict | None = None, **more: object) -> bytes:
    return json.dumps({"hooks": {event: [group] for event, group in OURS.items()} if hooks is None else hooks, **more}).encode()


def test_a_file_a_folder_a_fifo_and_nothing(tmp_path):
    (tmp_path / "f").write_bytes(b"x")
    (tmp_path / "f").chmod(0o640)
    os.mkfifo(tmp_path / "p")
    state = read_state(str(tmp_path / "f"))
    assert state.sha256 == hashlib.sha256(b"x").hexdigest() and (state.signature.size, state.signature.mode, state.signature.uid) == (1, 0o640, os.getuid())
    assert read_state(str(tmp_path)) is None and read_state(str(tmp_path / "p")) is None and read_state(str(tmp_path / "none")) is None and sign("a\0b") is None


def test_a_link_is_read_through_and_says_where_it_leads(tmp_path):
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "loose").symlink_to("nothing")
    assert read_state(str(tmp_path / "link")).signature.target == os.path.realpath(tmp_path / "real")
    assert read_state(str(tmp_path / "loose")) is None


def test_a_file_that_may_not_be_read_has_no_digest(tmp_path, monkeypatch):
    (tmp_path / "f").write_text("x")

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(facts.os, "open", refuse)
    assert read_state(str(tmp_path / "f")).sha256 == ""


def test_the_whole_of_a_large_file_is_hashed(tmp_path):
    data = os.urandom(1024) * (READ_BYTES // 1024) + b"tail"
    (tmp_path / "f").write_bytes(data)
    assert read_state(str(tmp_path / "f")).sha256 == hashlib.sha256(data).hexdigest()


def test_a_file_without_end_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "f"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    first = read_state(str(path))
    assert (first.sha256, first.signature.size) == ("", 1 << 40)
    with path.open("r+b") as file:
        file.write(b"x")
    assert read_state(str(path)).essence != first.essence
    (tmp_path / "endless").symlink_to(f"/proc/{os.getpid()}/pagemap")
    assert sys.platform != "linux" or read_state(str(tmp_path / "endless")).sha256 == ""


def test_times_set_back_do_not_hide_a_change(tmp_path):
    path = tmp_path / "f"
    path.write_text("a")
    before, facts_before = sign(str(path)), path.stat()
    path.write_text("b")
    os.utime(path, ns=(facts_before.st_atime_ns, facts_before.st_mtime_ns))
    after = sign(str(path))
    assert after.mtime_ns == before.mtime_ns and after != before


def test_hooks_of_settings_are_told_apart():
    view = view_hooks(settings({**{event: [group] for event, group in OURS.items()}, "PreToolUse": [OURS["PreToolUse"], OTHER]}), "claude-code", CLIENT)
    assert set(view.ours) == set(OURS) and [entry.event for entry in view.foreign] == ["PreToolUse"] and not view.off and not view.problem
    assert view_hooks(settings(disableAllHooks=True), "claude-code", CLIENT).off
    assert view_hooks(b"\xef\xbb\xbf" + settings(), "claude-code", CLIENT).ours == view_hooks(settings(), "claude-code", CLIENT).ours
    assert view_hooks(b"\xff\xff", "claude-code", CLIENT).problem and view_hooks(b"{", "claude-code", CLIENT).problem and view_hooks(b"[]", "claude-code", CLIENT).problem


def change(before: bytes | None, after: bytes | None) -> HookChange | None:
    views = [view_hooks(data, "claude-code", CLIENT) if data is not None else None for data in (before, after)]
    return compare_hooks(views[0], views[1], "claude-code", False)


def test_what_happened_to_hooks():
    assert change(settings(), settings(model="opus")) is None and change(None, b"{}") is None
    assert set(change(settings(), None).lost) == set(OURS) and change(settings(), b"{}").is_harm
    assert set(change(None, settings()).gained) == set(OURS) and not change(None, settings()).is_harm
    assert change(settings(), settings(disableAllHooks=True)).off and change(settings(), b"{").problem and change(settings(), b"{").is_harm


@pytest.mark.parametrize("words", [{"timeout": 1}, {"async": True}, {"command": f"{CLIENT} --agent cursor"}, {"onFailure": "ignore"}])
def test_an_altered_entry_is_harm(words):
    group = {**OURS["PreToolUse"], "hooks": [{**OURS["PreToolUse"]["hooks"][0], **words}]}
    found = change(settings(), settings({**{event: [one] for event, one in OURS.items()}, "PreToolUse": [group]}))
    assert found.altered == ("PreToolUse",) and found.is_harm and not msgspec.structs.replace(found, is_expected=True).is_harm


def test_a_narrowed_matcher_is_an_altered_entry():
    group = {**OURS["PreToolUse"], "matcher": "NoSuchTool"}
    assert change(settings(), settings({**{event: [one] for event, one in OURS.items()}, "PreToolUse": [group]})).altered == ("PreToolUse",)


def test_entries_of_others_come_and_go_by_event_matcher_and_words():
    base = {"PreToolUse": [OTHER]}
    found = change(settings({}), settings(base))
    assert [entry.event for entry in found.foreign] == ["PreToolUse"] and not found.is_harm
    assert change(settings(base), settings({})).foreign_gone == 1
    for other in ({**OTHER, "matcher": "*"}, {**OTHER, "hooks": [{"type": "command", "command": "other.sh"}]}):
        assert len(change(settings(base), settings({"PreToolUse": [other]})).foreign) == 1


def test_unknown_entries_for_a_person(tmp_path):
    path = tmp_path / "settings.json"
    path.write_bytes(settings({"Stop": [OTHER], "PreToolUse": [OURS["PreToolUse"]]}))
    (entry,) = read_state(str(path), "claude-code", CLIENT).hooks.foreign
    assert (entry,) != view_hooks(path.read_bytes(), "claude-code", CLIENT, "/another/settings.json").foreign, "known in one file is not known in another"
    (shown,) = unknown_entries(str(path), "claude-code", CLIENT, {entry.sha256})
    assert (shown.words, shown.event) == ("audit.sh", "Stop") and not unknown_entries(str(path), "claude-code", CLIENT, {"x"})
    path.write_text("{")
    assert unknown_entries(str(path), "claude-code", CLIENT, {entry.sha256}) == () and unknown_entries(str(tmp_path / "no"), "claude-code", CLIENT, set()) == ()
    assert HookView(agent="x").ours == {}
