"""The README and docs/install.md are true: commands exist and do what is said, links lead somewhere, options are those of install.sh."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# They change the shared machine or never end; their options are checked below, and tests of their own run them.
NOT_RUN = {"handrail uninstall", "handrail events --follow", "handrail quarantine watch", "handrail mode observe"}


def commands() -> list[str]:
    """Every handrail command in the README's blocks."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
    return [line.split(" #")[0].strip() for line in lines if line.startswith("handrail ")]


def test_the_first_block_is_short_and_begins_with_the_installer():
    first = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[0].splitlines()
    assert first[0].startswith("./install.sh") and len(first) <= 10


@pytest.mark.parametrize("command", commands())
def test_commands_do_something(machine, command):
    if command in NOT_RUN:
        words = shlex.split(command)
        shown = machine.handrail(*[word for word in words[1:] if not word.startswith("-")][:1], "--help").stdout
        assert all(word in shown for word in words[2:]), shown
        return
    done = machine.handrail(*shlex.split(command)[1:])
    blocked, graded = command.startswith("handrail explain"), command == "handrail audit"  # exit 1: it would be stopped; something is to be repaired
    assert done.returncode in ((0, 1) if blocked or graded else (0,)), done.stdout + done.stderr
    assert not graded or done.stdout.startswith("Grade ")
    assert not blocked or ("HR-DST" in done.stdout and ("block" in done.stdout or "quarantine" in done.stdout))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    broken = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")) if "://" not in target and not (page.parent / target).exists()]
    assert not broken


def test_options_of_the_installer_are_documented():
    script = (ROOT / "install.sh").read_text(encoding="utf-8").split("END")[1]
    offered = set(re.findall(r"(--[a-z-]+)", script)) - {"--help"}
    documented = set(re.findall(r"^\| `(--[a-z-]+)", (ROOT / "docs/install.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == offered


def test_every_command_of_the_program_has_help(machine):
    listed = re.findall(r"^  ([a-z]+)  ", machine.handrail("--help").stdout, re.MULTILINE)
    assert len(listed) > 15
    for name in listed:
        done = machine.handrail(name, "--help")
        assert done.returncode == 0 and "Usage:" in done.stdout, name
