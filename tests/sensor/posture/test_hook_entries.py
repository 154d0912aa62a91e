"""Hook entries of both formats."""

from __future__ import annotations

import json

from hooks.settings.formats import Scope
from sensor.host.machine.file_facts import FileFact
from sensor.posture.context import Form, Source
from sensor.posture.documents import parse_json
from sensor.posture.hook_entries import commands_of, entries_of


def source(agent: str, form: Form, value: object) -> Source:
    return Source(agent=agent, form=form, scope=Scope.USER, document=parse_json("/f", json.dumps(value)), fact=FileFact(path="/f"))


def test_grouped_and_plain_entries():
    claude = source("claude-code", Form.CLAUDE, {"hooks": {"Stop": [{"matcher": "x", "hooks": [{"command": "'/a b/handrail-hook' --agent x"}, {"type": "prompt"}]}]}})
    (entry,) = entries_of(claude)
    assert (entry.event, entry.words, entry.is_meant_as_ours, entry.group["matcher"]) == ("Stop", ("/a b/handrail-hook", "--agent", "x"), True, "x")
    cursor = source("cursor", Form.CURSOR_HOOKS, {"hooks": {"stop": [{"command": "echo handrail-hook"}]}})
    assert [one.is_meant_as_ours for one in entries_of(cursor)] == [False] and commands_of(cursor) == ("echo handrail-hook",)


def test_shapes_that_nobody_foresaw():
    for hooks in ([], {"Stop": 3}, {"Stop": [3, None, {"hooks": 3}, {"hooks": [3]}]}, {"Stop": [{"hooks": [{"command": ["x"]}]}]}):
        assert not list(entries_of(source("claude-code", Form.CLAUDE, {"hooks": hooks})))
    (open_quote,) = entries_of(source("claude-code", Form.CLAUDE, {"hooks": {"Stop": [{"hooks": [{"command": "'x"}]}]}}))
    assert open_quote.words == () and not open_quote.is_meant_as_ours


def test_files_of_other_forms_hold_no_hooks():
    assert commands_of(source("gemini", Form.GEMINI, {"hooks": {"x": [{"command": "y"}]}})) == ()
