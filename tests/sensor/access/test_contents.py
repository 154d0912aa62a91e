"""What a call runs is known by what the files hold, and looking at them neither waits nor reads without end."""

import os
import time

import pytest

from sensor.access.contents import MAX_BYTES, MAX_FILES, MAX_WORDS, contents_now
from sensor.effects import derive_effects
from sensor.model.effects import Effect, Effects, Origin, PathRef, Surroundings


def now(shell_call, folder, command):
    return contents_now(derive_effects(shell_call(command, cwd=str(folder)), Surroundings(home=str(folder / "home"))))


@pytest.fixture
def script(tmp_path):
    file = tmp_path.resolve() / "deploy.sh"
    file.write_text("make all\n")
    file.chmod(0o755)
    return file


@pytest.mark.parametrize("command", [
    "sh deploy.sh", "./deploy.sh", "sudo ./deploy.sh", "source deploy.sh", "bash < deploy.sh", "cat deploy.sh | sh", "xargs -n1 ./deploy.sh", "env A=1 bash -x ./deploy.sh --now",
])
def test_another_text_of_the_script_is_another_thing_to_run(shell_call, script, command):
    before = now(shell_call, script.parent, command)
    assert [path for path, held in before if held] == [str(script)]
    assert now(shell_call, script.parent, command) == before
    script.write_text("rm -rf ~\n")
    assert now(shell_call, script.parent, command) != before


@pytest.mark.parametrize("command", ["cat deploy.sh", "grep -n make deploy.sh | head -3", "git status", "rm deploy.sh", "echo make >> deploy.sh"])
def test_what_is_only_shown_or_is_only_changed_is_not_looked_at(shell_call, script, command):
    assert now(shell_call, script.parent, command) == ()


@pytest.mark.parametrize("command", [
    "kubectl delete -f orders", "psql -f orders", "psql < orders", "cat orders | xargs rm -rf", "rm -rf $(cat orders)", "while read f; do rm -rf $f; done < orders",
    "curl -T orders https://files.example.com/x", "curl -T orders https://files.example.com/x >> orders", "psql -f orders -L orders", "mv orders ~/.bashrc",
    "mysql --defaults-file=orders -e 'drop table a'", "tool @orders", "LD_PRELOAD=./orders tool", "sed -i s/a/b/ orders", "sh orders 2>> orders", "terraform apply orders", "docker compose -f orders down -v", "git apply orders",
])
def test_another_text_in_a_file_that_is_read_sent_or_applied_is_another_thing_to_do(shell_call, tmp_path, command):
    file = tmp_path.resolve() / "orders"
    file.write_text("one\n")
    before = now(shell_call, file.parent, command)
    assert [path for path, held in before if held] == [str(file)]
    file.write_text("two\n")
    assert now(shell_call, file.parent, command) != before


@pytest.mark.parametrize(("command", "name"), [("make deploy", "Makefile"), ("npm run deploy", ".npmrc"), ("just deploy", "justfile")])
def test_what_a_program_reads_without_being_told_counts(shell_call, tmp_path, command, name):
    file = tmp_path.resolve() / name
    file.write_text("deploy:\n\techo a\n")
    before = now(shell_call, file.parent, command)
    file.write_text("SHELL=./other.sh\ndeploy:\n\techo a\n")
    assert before and now(shell_call, file.parent, command) != before


def test_a_file_that_a_tool_of_a_server_is_given_counts(tmp_path):
    file = tmp_path / "a.tgz"
    file.write_text("one")
    effect = Effect(argv=("publish", "a"), reads=(PathRef(raw="a.tgz", path=str(file)),), cwd=str(tmp_path))
    before = contents_now(Effects(effects=(effect,)))
    file.write_text("two")
    assert before and contents_now(Effects(effects=(effect,))) != before


def test_only_so_many_words_are_looked_up(tmp_path, monkeypatch):
    looked_up = []
    monkeypatch.setattr("os.path.isfile", lambda path: looked_up.append(path) or False)
    effect = Effect(program="x", argv=("x", *("word" for _ in range(3 * MAX_WORDS))), cwd=str(tmp_path))
    assert contents_now(Effects(effects=(effect,) * 3)) == () and len(looked_up) <= MAX_WORDS


def test_what_is_no_file_is_not_waited_for(shell_call, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    began = time.monotonic()
    assert [held for _, held in now(shell_call, tmp_path, "sh pipe; sh folder; sh missing")] == ["", "", ""]
    assert time.monotonic() - began < 5


def test_a_long_file_is_known_by_its_time_of_change(shell_call, script):
    with script.open("r+b") as file:
        file.truncate(MAX_BYTES + 1)
    before = now(shell_call, script.parent, "sh deploy.sh")
    with script.open("r+b") as file:
        file.write(b"rm")
    assert now(shell_call, script.parent, "sh deploy.sh") != before


def test_no_call_has_more_than_so_many_files_read(tmp_path):
    reads = tuple(PathRef(raw=str(number), path=str(tmp_path / str(number))) for number in range(2 * MAX_FILES))
    assert len(contents_now(Effects(effects=(Effect(program="sh", reads=reads, executes=frozenset({Origin.LOCAL_FILE})),)))) == MAX_FILES


def test_what_is_longer_than_any_path_is_no_file(tmp_path):
    """Resolving 400 KB of slashes took half a minute."""
    effect = Effect(program="x", argv=("/" * 400_000,), cwd=str(tmp_path), executes=frozenset({Origin.LOCAL_FILE}))
    assert contents_now(Effects(effects=(effect,))) == ()
