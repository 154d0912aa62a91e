"""`handrail audit --fix`: shown first, ours alone without `--yes`, looked at again, an entry of the log, not for agents."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import pytest

from sensor import __version__
from sensor.host.files.manifest import Manifest, save_manifest
from sensor.model.errors import UsageError
from tests.sensor.posture.machine import Machine


@pytest.fixture
def machine(tmp_path, own_home) -> Machine:
    """A file of ours and one of others open to everybody, and an entry of ours that lets calls through when it fails."""
    made = Machine(tmp_path, own_home)
    made.paths.config_file.chmod(0o644)
    made.write(".netrc", "x", 0o644)
    settings = own_home / ".claude/settings.json"
    settings.write_text(settings.read_text().replace('"PreToolUse"', '"PreToolUsed"'))
    return made


def mode(file) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_dry_run_shows_and_changes_nothing(machine, terminal_of):
    before = (machine.home / ".claude/settings.json").read_bytes()
    text = terminal_of(machine.home / "p").run("audit", "--fix", "--dry-run").output
    assert "SELF-14  chmod go-rwx ~/p/config/config.yaml" in text and "HOST-03  chmod go-rwx ~/.netrc  (not of Handrail: only with --yes)" in text
    assert "handrail hooks install claude-code" in text and '+    "PreToolUse"' in text and '-    "PreToolUsed"' in text
    assert (mode(machine.paths.config_file), mode(machine.home / ".netrc")) == (0o644, 0o644) and (machine.home / ".claude/settings.json").read_bytes() == before


def test_without_a_yes_nothing_is_made(machine, terminal_of):
    result = terminal_of(machine.home / "p").run("audit", "--fix")
    assert result.exit_code == 1 and "Make these 2 repairs?" in result.output and mode(machine.paths.config_file) == 0o644


def test_a_person_who_agrees_repairs_what_is_ours(machine, monkeypatch):
    from click.testing import CliRunner

    from sensor.cli.main import cli

    text = CliRunner().invoke(cli, ["--prefix", str(machine.home / "p"), "audit", "--fix"], input="y\n").output
    assert mode(machine.paths.config_file) == 0o600 and mode(machine.home / ".netrc") == 0o644 and '"PreToolUse"' in (machine.home / ".claude/settings.json").read_text()
    assert "mode 644, now 600" in text and "are not in the log" in text and "Grade " in text and ", now " in text
    assert machine.states("HOOK-04") == {"pass"} and machine.states("SELF-14") == {"pass"} and "fail" in machine.states("HOST-03")


def test_with_yes_also_modes_of_other_files_and_the_result_is_looked_at_again(machine, terminal_of):
    facts = json.loads(terminal_of(machine.home / "p").run("audit", "--fix", "--yes", "--json").output)
    assert mode(machine.home / ".netrc") == 0o600 and all(one["made"] for one in facts["repairs"]) and len(facts["repairs"]) == 3
    assert facts["after"]["score"] >= facts["before"]["score"]
    again = json.loads(terminal_of(machine.home / "p").run("audit", "--fix", "--yes", "--json").output)
    assert again["repairs"] == [] and again["before"] == again["after"]


def test_no_repair_lowers_another_check(machine, terminal_of):
    terminal = terminal_of(machine.home / "p")
    before = {(one["id"], one["subject"]) for one in json.loads(terminal.run("audit", "--json").output)["results"] if one["state"] == "fail"}
    terminal.run("audit", "--fix", "--yes")
    after = {(one["id"], one["subject"]) for one in json.loads(terminal.run("audit", "--json").output)["results"] if one["state"] == "fail"}
    assert after < before


def test_one_check_alone(machine, terminal_of):
    terminal_of(machine.home / "p").run("audit", "--fix", "--yes", "--only", "HOST-03")
    assert (mode(machine.home / ".netrc"), mode(machine.paths.config_file)) == (0o600, 0o644)


def test_what_would_be_repaired_is_marked_for_programs(machine, terminal_of):
    results = json.loads(terminal_of(machine.home / "p").run("audit", "--json").output)["results"]
    assert {one["id"] for one in results if one["fixable"]} == {"SELF-14", "HOST-03", "HOOK-04"}


def test_words_that_belong_to_a_repair(machine, terminal_of):
    assert isinstance(terminal_of(machine.home / "p").error("audit", "--yes"), UsageError)


def test_it_is_an_entry_and_an_agent_cannot(live):
    save_manifest(live.paths, Manifest(version=__version__, installed=1.0, service="none"))
    live.paths.policy_file.write_text("default: deny\n")
    live.paths.policy_file.chmod(0o644)
    command = [sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", str(live.prefix), "audit", "--fix", "--yes", "--only", "SELF-14"]
    environment = {"HOME": str(live.prefix), "PATH": os.environ["PATH"]}
    refused = subprocess.run(command, env={**environment, "CURSOR_AGENT": "1"}, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0 and "only a person may do this" in refused.stderr and mode(live.paths.policy_file) == 0o644
    made = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert made.returncode == 0 and mode(live.paths.policy_file) == 0o600, made.stdout + made.stderr
    (change,) = (entry["change"] for entry in live.entries() if entry["kind"] == "config_change" and "repairs of the audit" in entry["change"]["what"])
    assert "chmod go-rwx ~/config/policy.yaml" in change["what"] and change["by"]
