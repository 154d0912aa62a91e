"""Entries about files: digests, typed facts, words, and nothing that was in the file."""

from __future__ import annotations

import os
import pwd

import msgspec
import pytest

from sensor.audit.drafts.file_drafts import Attribution, draft_file_change, draft_lost, draft_repair, words_of
from sensor.audit.form.entry import render
from sensor.detectors.redact import Redacted
from sensor.model.watching import HookChange, HookEntry, Observation, Repair

SEEN = Observation(path="/h/.claude/settings.json", kind="settings", event="change", since=1.5, until=2.0, seen="event", before="a" * 64, after="b" * 64,
                   size_before=1, size_after=2, mode_before=0o600, mode_after=0o600, uid=os.getuid())
LOST = HookChange(agent="claude-code", lost=("PreToolUse", "Stop"), is_expected=False)


def plain(text: str) -> Redacted:
    return Redacted(text=text, count=0, kinds=())


def test_a_change_of_a_session():
    whose = Attribution(sure="sure", how="a Write call", agent="claude-code", session="s1", subagent="sub", tool_use_id="t1")
    draft = draft_file_change(SEEN, whose, plain)
    entry = draft.entry
    assert draft.decision and entry.kind == "file_change" and (entry.session, entry.subagent, entry.tool_use_id) == ("s1", "sub", "t1") and entry.agent.name == "claude-code"
    assert (entry.change.before, entry.change.after, entry.change.by) == ("a" * 64, "b" * 64, "session s1 of claude-code (sure)")
    assert (entry.file.event, entry.file.owner, entry.file.mode, entry.file.since) == ("change", pwd.getpwuid(os.getuid()).pw_name, "0600", "1970-01-01T00:00:01.500000Z")
    assert render(entry)


def test_what_is_not_known_is_not_said():
    entry = draft_file_change(msgspec.structs.replace(SEEN, uid=4_000_000_000, since=0), Attribution(sure="unknown"), plain).entry
    assert entry.change.by == "unknown" and entry.agent is None and not entry.session and not entry.file.owner and not entry.file.since


def test_a_change_of_hooks_is_of_a_kind_of_its_own():
    entry = draft_file_change(msgspec.structs.replace(SEEN, hooks=LOST), Attribution(sure="own", how="hooks install"), plain).entry
    assert entry.kind == "hook_change" and entry.change.by == "handrail (hooks install)" and entry.file.hooks.lost == ("PreToolUse", "Stop")


def test_secrets_in_paths_are_redacted_and_counted():
    def redact(text: str) -> Redacted:
        return Redacted(text=text.replace("s3cret", "[x]"), count=text.count("s3cret"), kinds=("password",))

    entry = draft_file_change(msgspec.structs.replace(SEEN, path="/h/s3cret/CLAUDE.md", target="/t/s3cret"), Attribution(sure="unknown"), redact).entry
    assert b"s3cret" not in render(entry) and entry.redacted.count == 2


@pytest.mark.parametrize(("changes", "words"), [
    ({}, ""), ({"after": "a" * 64, "mode_after": 0o755}, "rights 0600 to 0755"), ({"after": "a" * 64}, "owner or link"),
    ({"hooks": LOST}, "hooks of claude-code: Handrail's entries gone for PreToolUse and 1 more events"),
    ({"hooks": HookChange(agent="x", altered=("Stop",), off=True)}, "hooks of x: Handrail's entries altered for Stop; all hooks switched off"),
    ({"hooks": HookChange(agent="x", gained=("Stop",), foreign=(HookEntry(event="a", sha256="b"),), foreign_gone=2)}, "hooks of x: Handrail's entries added for Stop; 1 new of others; 2 of others gone"),
    ({"hooks": HookChange(agent="x", problem="no comma")}, "hooks of x: not readable: no comma"),
])
def test_a_sentence_for_people(changes, words):
    assert words_of(msgspec.structs.replace(SEEN, **changes)) == words


def test_repairs_and_dropped_events():
    done = draft_repair(Repair(agent="cursor", path="/h/.cursor/hooks.json", by="sam", outcome="not restored", problem="write-protected"), plain)
    assert done.entry.kind == "hook_change" and done.entry.change.after == "not restored: write-protected" and done.entry.change.by == "handrail (sam)"
    lost = draft_lost(3, "the queue was full")
    assert lost.decision and (lost.entry.kind, lost.entry.drops.files) == ("drop", 3) and "looked at again" in lost.entry.note
