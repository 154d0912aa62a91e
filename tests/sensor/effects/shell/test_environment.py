"""Variables that run commands or add options."""

from __future__ import annotations

import pytest

from sensor.effects.shell.environment import OPTION_VARIABLES, RUN_VARIABLES, known_variables
from sensor.model.effects import Surroundings


@pytest.mark.parametrize(("command", "expected"), [
    ("GIT_SSH_COMMAND='rm -r ~/x' git fetch", ["rm D:~/x", "git"]),
    ("export PAGER='rm -r ~/x'; git log", ["rm D:~/x", "export", "git"]),
    ("env GIT_EDITOR='rm -r ~/x' git commit", ["rm D:~/x", "git"]),
    ("LESSOPEN='|rm -r ~/x' less a", ["rm D:~/x", "less R:./a"]),
    ("EDITOR=vim git commit", ["git"]),
    ("PAGER=cat git log", ["git"]),
    ("NOTE='rm -r ~/x' ls", ["ls"]),
    ("TAR_OPTIONS='--create --file=host.example:/a' tar -- b", ["tar R:./b H:host.example"]),
    ("export TAR_OPTIONS=--remove-files; tar cf a.tar b", ["export", "tar R:./b W:./a.tar D:./b"]),
    ("TAR_OPTIONS=\"$X\" tar cf a.tar b", ["tar R:./b W:./a.tar"]),
])
def test_commands_with_variables(brief, command, expected):
    assert brief(command) == expected


def test_the_two_kinds_do_not_meet():
    assert not RUN_VARIABLES & set(OPTION_VARIABLES.values())


def test_what_is_known_without_running_anything():
    known = known_variables(Surroundings(home="/home/dev", user="dev"))
    assert (known["HOME"], known["USER"], known["LOGNAME"], known["EDITOR"]) == ("/home/dev", "dev", "dev", "vi")
    assert not {"USER", "LOGNAME", "PATH"} & set(known_variables(Surroundings(home="/home/dev")))
