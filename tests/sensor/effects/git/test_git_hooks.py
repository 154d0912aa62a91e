"""Hooks that git commands start."""

from __future__ import annotations

import pytest

from sensor.effects.git.git_hooks import hook_texts


@pytest.fixture
def project(tmp_path):
    """A repository with a hook for everything in three places."""
    folder = tmp_path / "project"
    for place in (".git/hooks", ".husky/_", "hooks"):
        (folder / place).mkdir(parents=True)
    for name in ("pre-commit", "commit-msg", "post-commit", "post-checkout", "pre-push", "post-merge"):
        for place in (".git/hooks", "hooks"):
            hook = folder / place / name
            hook.write_text(f"#!/bin/sh\nrm -r ~/{name}\n")
            hook.chmod(0o755)
        (folder / ".husky" / name).write_text(f"rm -r ~/husky-{name}\n")
    return folder


def deletions(effects):
    return [ref.path.rpartition("/")[2] for effect in effects.effects for ref in effect.deletes]


@pytest.mark.parametrize(("command", "expected"), [
    ("git commit -m x", ["pre-commit", "commit-msg", "post-commit"]),
    ("git commit --no-verify -m x", ["post-commit"]),
    ("git commit -n -m x", ["post-commit"]),
    ("git commit --dry-run", []),
    ("git push origin main", ["pre-push"]),
    ("git checkout -b x", ["post-checkout"]),
    ("git switch main", ["post-checkout"]),
    ("git pull", ["post-merge"]),
    ("git status", []),
    ("git log", []),
    ("git --git-dir=/elsewhere/.git commit -m x", []),
])
def test_what_a_command_starts(effects_of, project, command, expected):
    assert deletions(effects_of(command, cwd=str(project))) == expected


@pytest.mark.parametrize(("setting", "expected"), [
    ("hooksPath = .husky/_", ["husky-pre-commit", "husky-commit-msg", "husky-post-commit"]),
    ("hooksPath = .husky", ["husky-pre-commit", "husky-commit-msg", "husky-post-commit"]),
    ("\thookspath=hooks", ["pre-commit", "commit-msg", "post-commit"]),
    ("hooksPath = /nowhere", []),
])
def test_where_the_hooks_lie(effects_of, project, setting, expected):
    (project / ".git/config").write_text(f"[core]\n{setting}\n")
    assert deletions(effects_of("git commit -m x", cwd=str(project))) == expected


def test_only_what_may_be_run(effects_of, project):
    (project / ".git/hooks/pre-commit").chmod(0o644)
    assert deletions(effects_of("git commit -m x", cwd=str(project))) == ["commit-msg", "post-commit"]


def test_hooks_of_a_home(tmp_path, project):
    (tmp_path / ".gitconfig").write_text("[core]\n  hooksPath = ~/hooks\n")
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/pre-push").write_text("echo home\n")
    (tmp_path / "hooks/pre-push").chmod(0o755)
    assert list(hook_texts(str(project), str(tmp_path), "push")) == ["echo home\n"]


def test_another_language(project):
    (project / ".git/hooks/pre-push").write_text("#!/usr/bin/env python3\nimport os\n")
    assert list(hook_texts(str(project), "/nowhere", "push")) == ["python3 -c 'import os\n'"]
    (project / ".git/hooks/pre-push").write_text("#!/usr/bin/env -S node\nlet a\n")
    assert list(hook_texts(str(project), "/nowhere", "push")) == ["node -e 'let a\n'"]


def test_a_hook_that_commits_ends(effects_of, project):
    (project / ".git/hooks/post-commit").write_text("#!/bin/sh\ngit commit --amend\nrm -r ~/x\n")
    assert deletions(effects_of("git commit -n -m x", cwd=str(project))) == ["x"]


def test_the_folder_is_as_before(effects_of, project):
    (project / ".git/hooks/post-commit").write_text("#!/bin/sh\ncd /tmp\n")
    assert effects_of("git commit -n -m x; rm -r a", cwd=str(project)).effects[-1].deletes[0].path == f"{project}/a"


def test_where_there_is_no_repository(tmp_path):
    assert not list(hook_texts(str(tmp_path), str(tmp_path), "commit"))


@pytest.mark.parametrize("text", ["rm() { :; }\n", "alias rm=true\n"])
def test_what_a_hook_sets_ends_with_it(effects_of, project, text):
    (project / ".git/hooks/post-commit").write_text("#!/bin/sh\n" + text)
    assert effects_of("git commit -n -m x; rm -r a", cwd=str(project)).effects[-1].deletes[0].path == f"{project}/a"


def test_a_folder_that_cannot_be(project):
    with open(project / ".git/config", "a") as stream:
        stream.write("[core]\n hooksPath = a\0b\n")
    assert not list(hook_texts(str(project), "/nowhere", "push"))
