"""install.sh in all kinds of HOMEs, twice, and then uninstall: what was there before is there again, to the byte."""

from __future__ import annotations

import json
import os
import stat
import urllib.request
from pathlib import Path

import pytest
from machines import KEPT, RULE_CACHE, Machine, login_address, snapshot

CLAUDE_WITH_FOREIGN_HOOKS = """{
    // keep this remark
    "model": "opus",   "permissions": {"deny": ["Read(./.env)"]},
    "hooks": {
        "PreToolUse": [
            {"matcher": "Bash", "hooks": [{"type": "command", "command": "/opt/other/check"}]},
        ],
        "Stop": [ { "hooks": [ { "type": "command", "command": "say done" } ] } ]
    }
}"""
CURSOR_WITH_FOREIGN_HOOKS = '{"version": 1, "hooks": {"beforeShellExecution": [{"command": "/opt/other/check"}], "stop": []}}'


def commands(value) -> list[str]:
    """Every hook command in some settings, in order."""
    if isinstance(value, dict):
        own = [value["command"]] if isinstance(value.get("command"), str) else []
        return own + [one for inner in value.values() for one in commands(inner)]
    return [one for inner in value for one in commands(inner)] if isinstance(value, list) else []


def test_the_whole_life_of_an_installation(wheelhouse, tmp_path):
    """A HOME with a space in its name and other people's hooks: install.sh, again, uninstall, and once more."""
    home = tmp_path / "a dev's home"
    home.mkdir()
    machine = Machine(home, wheelhouse)
    machine.prepare()
    for file, text in ((machine.settings, CLAUDE_WITH_FOREIGN_HOOKS), (home / ".cursor/hooks.json", CURSOR_WITH_FOREIGN_HOOKS)):
        file.parent.mkdir()
        file.write_text(text)
    before = snapshot(home, KEPT)
    try:
        first = machine.install("--yes")
        assert first.returncode == 0, first.stdout + first.stderr
        check_summary(machine, first.stdout)
        check_agents(machine)
        check_private(machine)
        check_posture(machine)
        entries = len(machine.entries())
        settings, key, environment = machine.settings.read_bytes(), (machine.state / "keys/identity.key").read_bytes(), machine.data.joinpath("venv").resolve()

        second = machine.install("--yes")
        assert second.returncode == 0, second.stdout + second.stderr
        assert machine.settings.read_bytes() == settings and (machine.state / "keys/identity.key").read_bytes() == key
        assert not environment.exists() and len(list((machine.data / "venvs").iterdir())) == 1
        assert len(machine.entries()) > entries and machine.json("verify")["outcome"] == "verified"

        removed = machine.handrail("uninstall", "--yes")
        assert removed.returncode == 0, removed.stdout + removed.stderr
        assert snapshot(home, KEPT) == before
        assert machine.processes() == []
        assert (machine.state / "log").is_dir() and not (machine.state / "run").exists()
    finally:
        machine.end()


def check_summary(machine: Machine, said: str) -> None:
    """The end of the installer's output is true: places, address, undo."""
    for place in (machine.data, machine.state, machine.home / ".config/handrail", machine.settings, machine.home / ".cursor/hooks.json"):
        assert str(place) in said
    assert "the canary was denied, both calls are in the log" in said and "uninstall" in said
    assert (machine.data / "completions/handrail.bash").exists() and "completions/handrail" in said
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(login_address(said), timeout=10) as page:
        assert page.status == 200


def check_agents(machine: Machine) -> None:
    """Ours were added, theirs are there, and doctor agrees."""
    text = machine.settings.read_text()
    assert text.startswith(CLAUDE_WITH_FOREIGN_HOOKS[:60]) and "/opt/other/check" in text and "say done" in text
    assert text.count("bin/handrail-hook") > 10
    outcomes = {check["name"]: check["outcome"] for check in machine.json("doctor", "--live")["checks"]}
    assert set(outcomes.values()) == {"ok"}, [name for name, outcome in outcomes.items() if outcome != "ok"]
    assert "live test of claude-code" in outcomes and "live test of cursor" in outcomes


def check_posture(machine: Machine) -> None:
    """The audit was made at once, with the hooks in place: the dashboard has a grade when it is first opened."""
    made = [entry["note"] for entry in machine.wait_for_entries("", lambda entries: any(entry["kind"] == "posture" for entry in entries)) if entry["kind"] == "posture"]
    assert made and not any("HOOK-01" in note or "SELF-04" in note for note in made), made


def check_private(machine: Machine) -> None:
    """Nothing that we keep can be read by others."""
    for folder in (machine.state, machine.home / ".config/handrail", machine.data):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    wide = [file for file in machine.state.rglob("*") if file.is_file() and file.lstat().st_mode & 0o077 and not file.is_socket()]
    assert not wide


def tree(machine: Machine) -> dict[str, str]:
    """What an installation may not leave changed."""
    return snapshot(machine.home, (*KEPT, RULE_CACHE))


def test_an_empty_home_gets_a_next_step_that_works_once_an_agent_is_there(fresh_home):
    machine = fresh_home("no agent")
    done = machine.install_rest()
    assert done.returncode == 0 and "nothing is protected yet" in done.stdout and "hooks install" in done.stdout, done.stdout + done.stderr
    assert machine.handrail("hooks", "install").returncode != 0 and machine.handrail("demo", "--fast").returncode == 0
    (machine.home / ".cursor").mkdir()
    assert machine.handrail("hooks", "install").returncode == 0
    assert "cursor" in {one["agent"] for one in machine.json("hooks", "status")["agents"] if one["connected"]}


@pytest.mark.parametrize("text", [None, "\ufeff" + CLAUDE_WITH_FOREIGN_HOOKS.replace("\n", "\r\n")], ids=["no file", "a file from Windows"])
def test_settings_are_put_back_to_the_byte(fresh_home, text):
    machine = fresh_home()
    if text is not None:
        machine.settings.parent.mkdir()
        machine.settings.write_bytes(text.encode())
        machine.settings.chmod(0o640)
    before = tree(machine)
    done = machine.install_rest("--agents", "claude-code")
    assert done.returncode == 0, done.stdout + done.stderr
    assert b"handrail-hook" in machine.settings.read_bytes()
    assert machine.handrail("uninstall", "--yes").returncode == 0
    assert tree(machine) == before


def test_settings_behind_a_link(fresh_home):
    """Settings kept in a repository of dotfiles: the link stays a link, the file behind it is edited and put back."""
    machine = fresh_home()
    kept = machine.home / "dotfiles/claude.json"
    kept.parent.mkdir()
    kept.write_text(CLAUDE_WITH_FOREIGN_HOOKS)
    machine.settings.parent.mkdir()
    machine.settings.symlink_to("../dotfiles/claude.json")
    before = tree(machine)
    assert machine.install_rest("--agents", "claude-code").returncode == 0
    assert machine.settings.is_symlink() and "handrail-hook" in kept.read_text()
    assert machine.handrail("uninstall", "--yes").returncode == 0
    assert tree(machine) == before


def broken(file: Path) -> None:
    file.write_text('{"hooks": {"PreToolUse": [}')


def read_only(file: Path) -> None:
    file.write_text('{"model": "opus"}')
    file.chmod(0o444)


@pytest.mark.parametrize("spoil", [broken, read_only])
def test_settings_that_cannot_be_edited_are_left_alone(fresh_home, spoil):
    """The other agent is connected all the same, the exit code says that not everything worked."""
    machine = fresh_home()
    machine.settings.parent.mkdir()
    spoil(machine.settings)
    before = tree(machine)
    done = machine.install_rest("--agents", "claude-code,cursor")
    assert done.returncode == 1, done.stdout + done.stderr
    assert str(machine.settings) in done.stdout and "not protected: claude-code" in done.stdout
    assert snapshot(machine.settings.parent) == {name[len(".claude/"):]: what for name, what in before.items() if name.startswith(".claude/")}
    assert "handrail-hook" in (machine.home / ".cursor/hooks.json").read_text()
    assert machine.handrail("uninstall", "--yes").returncode == 0
    assert tree(machine) == before


def test_entries_that_others_added_since_stay(fresh_home):
    machine = fresh_home()
    assert machine.install_rest("--agents", "claude-code").returncode == 0
    settings = json.loads(machine.settings.read_text())
    settings["hooks"]["Stop"].append({"hooks": [{"type": "command", "command": "say done"}]})
    machine.settings.write_text(json.dumps(settings))
    assert machine.handrail("uninstall", "--yes").returncode == 0
    assert commands(json.loads(machine.settings.read_text())) == ["say done"]


def test_observe_stops_nothing_and_records_what_it_would(fresh_home):
    machine = fresh_home()
    done = machine.install_rest("--agents", "claude-code,cursor", "--observe")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the canary would have been denied") == 2
    answers = [(entry["answer"], entry["would_answer"]) for entry in machine.entries() if entry.get("would_answer")]
    assert ("allow", "deny") in answers and not [pair for pair in answers if pair[0] == "deny"]


def test_everything_below_a_prefix(fresh_home):
    machine = fresh_home()
    prefix = machine.home / "opt/hand rail"
    before = snapshot(machine.home)
    done = machine.install_rest("--agents", "cursor", "--prefix", str(prefix))
    assert done.returncode == 0, done.stdout + done.stderr
    changed = {name for name in snapshot(machine.home) if name not in before}
    assert {name.split("/")[0] for name in changed} == {"opt", ".cursor"}
    launcher = prefix / "data/bin/handrail"
    found = json.loads(machine.run(launcher, "doctor", "--live", "--json").stdout)
    assert found["failed"] == 0, [check for check in found["checks"] if check["outcome"] == "fail"]
    assert machine.run(launcher, "uninstall", "--yes", "--delete-log").returncode == 0
    assert snapshot(machine.home) == before


def test_reinstalling_continues_the_log(fresh_home):
    machine = fresh_home()
    assert machine.install_rest("--agents", "cursor").returncode == 0
    entries = machine.entries()
    assert machine.handrail("uninstall", "--yes").returncode == 0
    assert machine.install_rest("--agents", "cursor").returncode == 0
    assert machine.entries()[: len(entries)] == entries
    assert machine.json("verify")["outcome"] == "verified"


def test_the_service_comes_back_after_a_crash(fresh_home):
    """Without a service manager the next hook call starts what was killed."""
    machine = fresh_home()
    assert machine.install_rest("--agents", "claude-code").returncode == 0
    machine.kill_everything()
    assert machine.processes() == []
    outcomes = {check["name"]: check["outcome"] for check in machine.json("doctor")["checks"]}
    assert outcomes["sensor"] == outcomes["service"] == "fail"
    event = {"hook_event_name": "PreToolUse", "session_id": "back", "tool_name": "Bash", "tool_use_id": "t1", "cwd": str(machine.home), "tool_input": {"command": "ls"}}
    machine.run("sh", "-c", f"echo '{json.dumps(event)}' | '{machine.data}/bin/handrail-hook' --agent claude-code")
    assert machine.wait_for_entries("back", lambda entries: entries)
    assert machine.handrail("status").returncode == 0


def test_a_broken_file_of_ours_can_be_mended_by_installing_again(fresh_home):
    machine = fresh_home()
    assert machine.install_rest("--agents", "cursor").returncode == 0
    os.unlink(machine.data / "bin/handrail-hook")
    assert machine.json("doctor")["failed"] > 0
    assert machine.install_rest("--agents", "cursor").returncode == 0
    assert machine.json("doctor", "--live")["failed"] == 0
