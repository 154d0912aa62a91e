import os
import time

import pytest

from sensor.access.remotes import MAX_CONFIG, MAX_PLACES, leads_now, remote_addresses
from sensor.model.effects import Effect, Effects

CONFIG = '[remote "origin"]\n\turl = https://a.example.com/x\n[branch "main"]\n\tremote = origin\n[remote "up stream"]\nURL="git@b.example.com:x"\npushurl = /srv/x\n'


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project" / ".git").mkdir(parents=True)
    (tmp_path / "project" / "src").mkdir()
    (tmp_path / "project" / ".git" / "config").write_text(CONFIG)
    return tmp_path / "project"


def test_addresses_of_one_remote_and_of_all(project):
    assert remote_addresses(str(project), "origin") == ("https://a.example.com/x",)
    assert remote_addresses(str(project / "src"), "up stream") == ("git@b.example.com:x", "/srv/x")
    assert remote_addresses(str(project)) == ("https://a.example.com/x", "git@b.example.com:x", "/srv/x")
    assert remote_addresses(str(project), "other") is None


@pytest.mark.parametrize("line", [
    '[url "https://evil.example.net/"]\n\tinsteadOf = https://a.example.com/', '[include]\n\tpath = more', '[core]\n\tsshCommand = x', '[http]\n\tproxy = http://p.example.net',
    '[includeIf "gitdir:~/x/"]\npath=y', "#" * (MAX_CONFIG + 1),
])
def test_settings_that_may_send_git_elsewhere_leave_it_unknown(project, line):
    with (project / ".git" / "config").open("a") as file:
        file.write(line)
    assert remote_addresses(str(project), "origin") is None


def test_a_work_tree_has_the_remotes_of_its_repository(project, tmp_path):
    tree, own = tmp_path / "tree", project / ".git" / "worktrees" / "tree"
    tree.mkdir()
    own.mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {own}\n")
    (own / "commondir").write_text("../..\n")
    assert remote_addresses(str(tree), "origin") == ("https://a.example.com/x",)
    (tree / ".git").write_text("something else")
    assert remote_addresses(str(tree), "origin") is None


def test_no_repository_has_no_remotes(tmp_path):
    assert remote_addresses(str(tmp_path)) is None and remote_addresses("") is None


def push(folder, *words, program="git"):
    return leads_now(Effects(effects=(Effect(program=program, subcommand=("push",), operands=words, cwd=str(folder)),)), str(folder).partition("/project")[0] + "/home")


@pytest.mark.parametrize("line", [
    '[remote "origin"]\n\turl = https://other.example.net/x', '[remote "origin"]\n\tpushurl = https://other.example.net/x', '[core]\n\tsshCommand = x',
    '[url "https://other.example.net/"]\n\tpushInsteadOf = https://a.example.com/', "#" * (MAX_CONFIG + 1),
])
@pytest.mark.parametrize("place", ["project/.git/config", "project/.git/config.worktree", "home/.gitconfig", "home/.config/git/config", "home/more"])
def test_wherever_settings_send_a_push_elsewhere_it_leads_elsewhere(project, tmp_path, line, place):
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / ".gitconfig").write_text("[user]\n\tname = me\n[include]\n\tpath = ~/more\n")
    before = push(project, "origin", "main")
    assert push(project / "src", "origin", "main") == before
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    with (tmp_path / place).open("a") as file:
        file.write(line)
    assert push(project, "origin", "main") != before


def test_what_sends_git_nowhere_else_is_not_bound(project):
    before = push(project, "origin", "main")
    with (project / ".git" / "config").open("a") as file:
        file.write('[branch "x"]\n\tremote = origin\n[user]\n\tname = me\n')
    assert push(project, "origin", "main") == before and push(project, "origin", "main", program="rsync") == ()


def test_a_push_without_words_is_of_the_branch_that_is_checked_out(project):
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    bare, named = push(project), push(project, "origin", "main")
    (project / ".git" / "HEAD").write_text("ref: refs/heads/old\n")
    assert push(project) != bare and push(project, "origin", "main") == named


@pytest.mark.parametrize("line", ['path = "../more" # shared', "path = ../more ; shared", "path = ../mo\\\nre", 'path = ../mo"re"'])
def test_an_include_is_found_however_it_is_written(project, line):
    with (project / ".git" / "config").open("a") as file:
        file.write(f"[include]\n\t{line}\n")
    (project / "more").write_text("[user]\n\tname = me\n")
    before = push(project, "origin", "main")
    (project / "more").write_text('[remote "origin"]\n\turl = https://other.example.net/x\n')
    assert push(project, "origin", "main") != before


def test_other_commands_of_git_hide_no_push(project, tmp_path):
    looks = [Effect(program="git", subcommand=("status",), cwd=str(tmp_path / f"n{number}")) for number in range(MAX_PLACES + 8)]
    pushes = Effect(program="git", subcommand=("push",), operands=("origin", "main"), cwd=str(project))

    def leads() -> tuple[str, ...]:
        return leads_now(Effects(effects=(*looks, pushes)), str(tmp_path / "home"))

    before = leads()
    with (project / ".git" / "config").open("a") as file:
        file.write('[remote "origin"]\n\tpushurl = https://other.example.net/x\n')
    assert leads() != before


@pytest.mark.parametrize("source", ["HEAD", "@", "+HEAD:main"])
def test_a_push_of_what_is_checked_out_is_of_that_branch(project, source):
    (project / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    before = push(project, "origin", source)
    (project / ".git" / "HEAD").write_text("ref: refs/heads/old\n")
    assert push(project, "origin", source) != before


def test_settings_that_never_end_hold_nobody_up(project, tmp_path):
    (tmp_path / "home").mkdir(exist_ok=True)
    os.mkfifo(tmp_path / "home" / ".gitconfig")
    with (project / ".git" / "config").open("a") as file:
        file.write("[include]\n\tpath = config\n")
    began = time.monotonic()
    assert push(project, "origin") and time.monotonic() - began < 5


@pytest.mark.parametrize("argv, assignments", [
    (("git", "--git-dir=../project/.git", "push"), ()), (("git", "--git-dir", "../project/.git", "push"), ()), (("git", "push"), (("GIT_DIR", "../project/.git"),)),
])
def test_a_repository_that_the_command_names_is_the_one_that_counts(project, tmp_path, argv, assignments):
    (tmp_path / "elsewhere").mkdir()
    effects = Effects(effects=(Effect(program="git", subcommand=("push",), argv=argv, assignments=assignments, cwd=str(tmp_path / "elsewhere")),))
    before = leads_now(effects, str(tmp_path / "home"))
    (project / ".git" / "config").write_text(CONFIG.replace("a.example.com", "other.example.net"))
    assert before and before != leads_now(effects, str(tmp_path / "home"))


def test_a_bare_repository_has_remotes_too(tmp_path):
    (tmp_path / "x.git" / "objects").mkdir(parents=True)
    (tmp_path / "x.git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "x.git" / "config").write_text(CONFIG)
    assert remote_addresses(str(tmp_path / "x.git" / "objects"), "origin") == ("https://a.example.com/x",)
