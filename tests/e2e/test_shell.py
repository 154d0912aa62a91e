"""The shell wrapper beside the real Claude Code: one Bash call is one entry, with the prefix in bash and with .zshenv in zsh."""

from __future__ import annotations

import json
import shutil

import pytest
from machines import CLIENT_OPTIONS, Machine
from scripted_model import Script, ScriptedModel, use

COMMAND = "cd . && printf '%s\\n' 'it''s here' | cat && echo done"
NESTED = "bash -c 'echo inner; bash -c \"echo innermost\"'"


@pytest.fixture
def wrapped(machine: Machine):
    """The machine with the wrapper; without it afterwards."""
    done = machine.handrail("shell", "install", "--bash", "--zsh", "--claude-prefix")
    assert done.returncode == 0, done.stderr
    yield machine
    assert machine.handrail("shell", "remove").returncode == 0
    assert not [name for name in (".bashrc", ".profile", ".zshenv") if (machine.home / name).exists()]


def play(machine: Machine, claude, name: str, shell: str, *commands: str, hooks: bool = True):
    """Bash calls in a terminal that has the wrapper: what came back, and the entries of the session."""
    project = machine.project(name)
    script = Script(main=[[use("Bash", command=command, description="Look")] for command in commands])
    more = () if hooks else ("--settings", json.dumps({"disableAllHooks": True}))
    with ScriptedModel(script) as model:
        words = " ".join(f"'{word}'" for word in (str(claude), "-p", "go", *CLIENT_OPTIONS, *more))
        done = machine.run(
            shell, "-c", f". '{machine.data}/shell/start.sh'; {words}", cwd=project.folder, SHELL=shell, ANTHROPIC_BASE_URL=model.url, ANTHROPIC_API_KEY="dummy", DISABLE_TELEMETRY="1",
            DISABLE_AUTOUPDATER="1", DISABLE_ERROR_REPORTING="1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1")
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        session = json.loads(done.stdout)["session_id"]
        results = [model.results[call_id] for call_id in sorted(model.results)]
    def ended(entries):
        return not hooks or any(entry.get("agent", {}).get("event") == "SessionEnd" for entry in entries)

    return results, machine.wait_for_entries(session, ended)


def about(entries: list[dict], word: str) -> list[tuple[str, str]]:
    """(source, event) of the entries before the fact that name a word."""
    return [(entry["agent"]["surface"], entry["agent"]["event"]) for entry in entries if entry.get("phase") == "before" and word in json.dumps(entry)]


@pytest.mark.parametrize("shell", ["/bin/bash", "/usr/bin/zsh"])
def test_one_bash_call_is_one_entry(wrapped, claude, shell):
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed; tests/run.sh installs it on Debian")
    results, entries = play(wrapped, claude, f"wrapped-{shell.rpartition('/')[2]}", shell, COMMAND, NESTED)
    assert [result.text.split() for result in results] == [["its", "here", "done"], ["inner", "innermost"]] and not any(result.is_error for result in results)
    shown = [(entry["agent"]["surface"], entry.get("summary", {}).get("text", "")[:600]) for entry in entries if entry.get("phase") == "before"]
    assert about(entries, "its here") + about(entries, "it''s here") == [("hook", "PreToolUse")], shown
    assert about(entries, "innermost") == [("hook", "PreToolUse")], shown
    assert not [entry for entry in entries if entry.get("answer") == "deny"]


def test_what_the_call_does_not_show_is_stopped_and_recorded(wrapped, claude):
    folder = wrapped.home / "hidden-documents"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work\n")
    helper = wrapped.project("hidden-helper").folder / "helper.py"
    helper.write_text(f"import subprocess\nparts = ['rm', '-r', '-f', {str(folder)!r}]\nsubprocess.call(['bash', '-c', ' '.join(parts)])\n")
    results, entries = play(wrapped, claude, "hidden", "/bin/bash", f"python3 {helper}")
    assert (folder / "thesis.txt").exists() and "handrail quarantine approve" in results[0].text
    stopped = [entry for entry in entries if entry.get("answer") == "deny"]
    assert [(entry["agent"]["surface"], entry["agent"]["name"]) for entry in stopped] == [("wrapper", "claude-code")]
