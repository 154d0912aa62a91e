"""Watched files on a whole machine: the real Claude Code edits them, somebody else does, and our hooks are taken out."""

from __future__ import annotations

import json
import time

from scripted_model import Script, ScriptedModel, say, use


def wait(found, seconds: float = 60):
    """What `found` returns once it is something."""
    deadline = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value


def about(machine, path) -> list[dict]:
    return [entry for entry in machine.entries() if "file" in entry and entry["change"]["what"] == str(path)]


def test_an_edit_of_the_real_agent_is_attributed_to_its_call(machine, claude):
    project = machine.project("watched")
    folder = project.folder
    first, rest = use("Read", file_path=str(folder / "README.md")), use("Bash", command="sleep 2", description="Wait")
    calls = {
        "CLAUDE.md": use("Write", file_path=str(folder / "CLAUDE.md"), content="# How we work\n\nUse tabs.\n"),
        ".vscode/settings.json": use("Write", file_path=str(folder / ".vscode/settings.json"), content='{"editor.tabSize": 2}\n'),
        "AGENTS.md": use("Bash", command="echo 'Use tabs.' > AGENTS.md", description="Note it"),
    }
    with ScriptedModel(Script(main=[[say("I look first."), first], [rest], *([call] for call in calls.values())], subagent=[])) as model:
        session = project.run_claude(claude, model)
    ids = {name: call_id for name, block in calls.items() for call_id, played in model.calls.items() if played is block}
    ran = [name for name, call_id in ids.items() if not model.results[call_id].is_error]
    assert ran, "every one was stopped: this test needs one that may run"
    for name in ran:
        (entry,) = wait(lambda name=name: about(machine, folder / name)) or [None]
        assert (entry["session"], entry["tool_use_id"], entry["agent"]["name"], entry["file"]["sure"]) == (session, ids[name], "claude-code", "sure"), entry
        assert entry["file"]["event"] == "create" and "tabs" not in json.dumps(entry)
    assert machine.json("verify")["outcome"] == "verified"


def test_hooks_that_vanish_are_told_everywhere_and_put_back_by_hand(machine):
    whole = machine.settings.read_bytes()
    before = len(about(machine, machine.settings))
    settings = json.loads(whole)
    del settings["hooks"]["PreToolUse"]
    try:
        machine.settings.write_text(json.dumps(settings))
        entry = wait(lambda: len(found := about(machine, machine.settings)) > before and found[-1])
        assert entry["kind"] == "hook_change" and entry["file"]["hooks"]["lost"] == ["PreToolUse"] and entry["file"]["sure"] in ("unknown", "likely")  # a session of another test may be at work
        assert wait(lambda: machine.json("status")["watch"]["harmed"] == ["claude-code"])
        assert any(check["name"] == "hook entries" and check["outcome"] == "fail" for check in machine.json("doctor")["checks"])
        assert machine.handrail("watch", "status").returncode == 1
        assert machine.handrail("watch", "repair", "--yes").returncode == 0
        assert wait(lambda: json.loads(machine.settings.read_text())["hooks"].get("PreToolUse"))
        assert wait(lambda: not machine.json("status")["watch"]["problems"])
        assert about(machine, machine.settings)[-1]["change"]["by"].startswith("handrail (repair, ")
    finally:
        if json.loads(machine.settings.read_text()) != json.loads(whole):
            machine.settings.write_bytes(whole)


def test_installation_and_work_leave_nothing_unexplained(machine):
    """What Handrail itself wrote is told apart: no change of its own files or of the agents' hooks by install.sh is of somebody unknown."""
    own = [entry for entry in machine.entries() if "file" in entry and entry["file"]["kind"] == "handrail"]
    assert not [entry for entry in own if entry["file"]["sure"] == "unknown" and not entry["change"]["what"].endswith(".yaml")], own  # settings and rights are changed by hand
    watch = machine.json("watch", "status")
    assert watch["state"] == "running" and watch["facts"]["files"] > 10 and machine.children()["watcher"]
