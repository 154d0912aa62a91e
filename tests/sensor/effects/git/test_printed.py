"""Where a repository lies, as `git rev-parse` says it."""

from __future__ import annotations

import pytest

from sensor.model.effects import Surroundings


@pytest.mark.parametrize(("words", "expected"), [
    ("--show-toplevel", ""), ("--git-dir", "/.git"), ("--absolute-git-dir", "/.git"), ("--path-format=absolute --git-common-dir", "/.git"), ("--git-path hooks/pre-commit", "/.git/hooks/pre-commit"), ("--show-cdup", ""),
])
def test_the_repository_above_the_folder_is_meant(effects_of, tmp_path, words, expected):
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    found = effects_of(f'rm -rf "$(git rev-parse {words})"', cwd=str(tmp_path / "docs"), around=Surroundings(home="/home/dev")).effects
    assert [ref.path for effect in found if effect.program == "rm" for ref in effect.deletes] == [str(tmp_path) + expected]


def test_without_a_repository_the_folder_is_one(brief):
    assert "rm D:./.git" in brief('rm -rf "$(git rev-parse --git-dir)"')


@pytest.mark.parametrize("words", ["HEAD", "--abbrev-ref HEAD", "--show-toplevel HEAD", '--git-path "$X"'])
def test_other_questions_are_not_answered(brief, words):
    assert not any(line == "rm D:." or line.startswith("rm D:./") for line in brief(f'rm -rf "$(git rev-parse {words})"'))
