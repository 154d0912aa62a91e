import pytest

from sensor.access.remotes import MAX_CONFIG, remote_addresses

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
