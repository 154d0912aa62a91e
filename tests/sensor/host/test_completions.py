"""Completion files come from the program; a program that fails leaves none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sensor.host.completions import SHELLS, hint, write_completions

ROOT = Path(__file__).resolve().parents[3]


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
