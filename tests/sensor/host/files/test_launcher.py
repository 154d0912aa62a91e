"""The launcher really starts an interpreter, whatever its path contains; the link yields to others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sensor.host.files.launcher import (
    launcher_path,
    link_launcher,
    remove_link,
    render_launcher,
    switch_environment,
    write_launcher,
)


def test_launcher_passes_arguments_and_isolates(plan):
    interpreter = plan.paths.venv / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; print(sys.argv[1:])" "$@"\n')
    interpreter.chmod(0o755)
    file = write_launcher(plan.paths, Path("/a 'quoted' place"))
    done = subprocess.run([str(file), "events", "a b"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(["-I", "-m", "sensor.cli.main", "--prefix", "/a 'quoted' place", "events", "a b"])
    assert file.stat().st_mode & 0o777 == 0o700


def test_without_prefix_none_is_passed(plan):
    assert "--prefix" not in render_launcher(plan.paths, None)


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), "/evil")])
def test_the_folders_are_those_of_the_installation(plan, monkeypatch, own_home, environment):
    """A service is started without what the shell's start-up file sets; an agent with what its project sets, such as another configuration."""
    monkeypatch.setenv("XDG_STATE_HOME", "/a 'state' place")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    interpreter = plan.paths.venv / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text('#!/bin/sh\necho "$HOME|$TMPDIR|$XDG_STATE_HOME|${XDG_DATA_HOME-unset}|${XDG_CONFIG_HOME-unset}"\n')
    interpreter.chmod(0o755)
    file = write_launcher(plan.paths, None)
    done = subprocess.run([str(file)], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{own_home}|/var/tmp|/a 'state' place|unset|unset"
    assert "XDG" not in render_launcher(plan.paths, Path("/p")) and f"export HOME={own_home}" in render_launcher(plan.paths, Path("/p"))


def test_link_is_made_once_and_removed_only_if_ours(plan, tmp_path):
    write_launcher(plan.paths, None)
    link = link_launcher(plan.paths, tmp_path / "bin")
    assert link == link_launcher(plan.paths, tmp_path / "bin") and link.resolve() == launcher_path(plan.paths).resolve()
    remove_link(link, plan.paths)
    assert not link.is_symlink()
    link.symlink_to("/somewhere/else")
    remove_link(link, plan.paths)
    assert link.is_symlink()


def test_a_taken_name_is_left_alone(plan, tmp_path):
    (tmp_path / "handrail").write_text("theirs")
    assert link_launcher(plan.paths, tmp_path) is None
    assert (tmp_path / "handrail").read_text() == "theirs"


def test_environment_is_switched_in_one_step(plan):
    for name in ("one", "two"):
        (plan.paths.data / "venvs" / name).mkdir(parents=True)
        switch_environment(plan.paths, plan.paths.data / "venvs" / name)
        assert plan.paths.venv.resolve().name == name
