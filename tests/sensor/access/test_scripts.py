"""What a call runs is known by what the files hold, and looking at them neither waits nor reads without end."""

import os
import time

import pytest

from sensor.access.scripts import MAX_BYTES, MAX_FILES, scripts_now
from sensor.effects import derive_effects
from sensor.model.effects import Effect, Effects, Origin, PathRef, Surroundings


def now(shell_call, folder, command):
    return scripts_now(derive_effects(shell_call(command, cwd=str(folder)), Surroundings(home=str(folder / "home"))))


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


@pytest.mark.parametrize("command", ["cat deploy.sh", "git status", "rm deploy.sh"])
def test_files_that_are_not_run_are_not_looked_at(shell_call, script, command):
    assert now(shell_call, script.parent, command) == ()


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
    assert len(scripts_now(Effects(effects=(Effect(program="sh", reads=reads, executes=frozenset({Origin.LOCAL_FILE})),)))) == MAX_FILES


def test_what_is_longer_than_any_path_is_no_file(tmp_path):
    """Resolving 400 KB of slashes took half a minute."""
    effect = Effect(program="x", argv=("/" * 400_000,), cwd=str(tmp_path), executes=frozenset({Origin.LOCAL_FILE}))
    assert scripts_now(Effects(effects=(effect,))) == ()
