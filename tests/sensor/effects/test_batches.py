"""Programs that run another one on a list of names."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("command", "expected"), [
    ("fd -HI -t d '^(__pycache__|\\.pytest_cache)$' -x rm -r {}", ["fd", "rm D:./*/__pycache__ D:./*/.pytest_cache"]),
    ("fd '^build$' ~ -x rm -r", ["fd", "rm D:~/*/build"]),
    ("fd 'a.*' ~ -x rm -r", ["fd", "rm D:~/*"]),
])
def test_a_choice_of_whole_names_bounds_what_fd_finds(brief, command, expected):
    assert [part.replace("fd R:~", "fd") for part in brief(command)] == expected


@pytest.mark.parametrize(("command", "expected"), [
    ("xargs rm -r <<< \"'/home/dev/x y' z\"", ["rm D:~/x y D:./z"]),
    ("xargs sh -c <<< \"'rm -r /home/dev/x'\"", ["rm D:~/x"]),
    ("xargs rm -r <<< 'a\\ b'", ["rm D:./a b"]),
    ("xargs rm -r <<< \"it's\"", ["rm D:./it's"]),
])
def test_words_are_read_as_xargs_does(brief, command, expected):
    assert brief(command) == expected


@pytest.mark.parametrize("command", [
    "find src -type f -exec rm {} +",
    "find src -maxdepth 9 -type f -exec rm {} +",
    "find src -type f | xargs rm -f",
    "find src -print0 | xargs -0 -P8 unlink",
    "fd -t f . src -x rm",
    "fd --type f . src -X rm {}",
])
def test_everything_below_a_folder_is_as_bad_as_its_deletion(effects_of, command):
    last = effects_of(command).effects[-1]
    assert "delete" in last.flags
    assert last.deletes[0].path.startswith("/home/dev/project/src")


@pytest.mark.parametrize("command", [
    "find src -name '*.pyc' -exec rm {} +",
    "find src -name '*.pyc' | xargs rm -f",
    "find src -type f | grep '[.]pyc$' | xargs rm -f",
    "find src -type f -mtime +7 | xargs rm -f",
    "find src -empty -exec rm {} ;",
    "find src -maxdepth 1 -type f -exec rm -f {} ;",
    "find src -nouser -print0 | xargs -0 rm",
    "find src -type f -ok rm {} ;",
    "ls src | xargs rm -f",
    "fd -e pyc . src -x rm",
    "fd cache src -x rm",
    "find src -type f | xargs wc -l",
])
def test_what_is_bounded_or_kept_is_not(effects_of, command):
    assert not any("delete" in effect.flags for effect in effects_of(command).effects)


def test_lines_of_a_secret_given_to_a_program_are_read(brief):
    assert brief("xargs -a ~/.ssh/id_rsa echo") == ["- R:~/.ssh/id_rsa", "echo"]
    assert brief("xargs -a list.txt rm") == ["rm D:?{}"]
