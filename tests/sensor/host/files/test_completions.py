"""Completion files come from the program; a program that fails leaves none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sensor.host.files import completions
from sensor.host.files.completions import SHELLS, hint, link_completions, places, write_completions

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def launcher(tmp_path):
    file = tmp_path / "handrail"
    file.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m sensor.cli.main "$@"\n')
    file.chmod(0o755)
    return file


def test_files_for_three_shells_and_a_hint_for_the_users(plan, launcher):
    files = write_completions(plan.paths, launcher)
    assert {file.suffix[1:] for file in files} == set(SHELLS)
    assert "_HANDRAIL_COMPLETE" in files[0].read_text()
    assert hint(plan.paths, "/usr/bin/fish") == f"source '{plan.paths.data}/completions/handrail.fish'"
    assert hint(plan.paths, "/bin/tcsh") == ""


def test_a_broken_program_leaves_no_file(plan, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert write_completions(plan.paths, broken) == ()
    assert write_completions(plan.paths, tmp_path / "none") == ()
    assert hint(plan.paths, "/bin/bash") == ""


@pytest.fixture
def files(plan, own_home, monkeypatch, tmp_path):
    """Written files, in a HOME whose bash and fish load completions by themselves."""
    monkeypatch.setattr(completions, "BASH_COMPLETION", tmp_path)
    (own_home / ".config/fish").mkdir(parents=True)
    folder = plan.paths.data / "completions"
    folder.mkdir(parents=True)
    for shell in SHELLS:
        (folder / f"handrail.{shell}").write_text(shell)
    return tuple(folder / f"handrail.{shell}" for shell in SHELLS)


def test_shells_that_look_for_themselves_get_a_link(plan, files, own_home):
    links = link_completions(files, own_home)
    assert {link.read_text() for link in links} == {"bash", "fish"} and links == link_completions(files, own_home)
    names = tuple(map(str, links))
    assert hint(plan.paths, "/bin/bash", names) == "" and "handrail.zsh" in hint(plan.paths, "/bin/zsh", names)


def test_a_completion_of_somebody_else_stays(files, own_home):
    theirs = places(own_home)["bash"]
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    assert [link.name for link in link_completions(files, own_home)] == ["handrail.fish"] and theirs.read_text() == "theirs"


def test_without_such_shells_nothing_is_linked(files, own_home, monkeypatch, tmp_path):
    monkeypatch.setattr(completions, "BASH_COMPLETION", tmp_path / "none")
    (own_home / ".config/fish").rmdir()
    assert link_completions(files, own_home) == ()
