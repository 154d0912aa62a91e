"""Where a shell is after `cd`, also when there is nothing to go to."""

from __future__ import annotations

import pytest

from sensor.model.effects import Surroundings
from tests.sensor.effects.conftest import shell_effects


@pytest.fixture
def deleted(tmp_path):
    """The last path that a command deletes, run in the home folder of a real machine: `docs` is there, `gone` is not."""
    home = tmp_path / "home"
    (home / "docs").mkdir(parents=True)

    def last(command: str) -> str:
        effects = shell_effects(command, str(home), Surroundings(home=str(home), user="dev", temps=()))
        return effects.effects[-1].deletes[-1].path.removeprefix(str(home) + "/")

    return last


@pytest.mark.parametrize("command", [
    "cd /gone; rm -r docs", "cd gone/deep; rm -r docs", "cd /gone\nrm -r docs", "cd /gone || true; rm -r docs", "cd /gone || echo no && rm -r docs",
    "cd /gone && ls; rm -r docs", "ls; cd /gone; rm -r docs", "{ cd /gone; }; rm -r docs", "f() { cd /gone; }; f; rm -r docs", "set -x; cd /gone; rm -r docs",
    "cd docs/gone; rm -r docs", "cd /gone; cd; rm -r docs", "D=/gone; cd $D; rm -r docs",
])
def test_a_cd_that_has_nowhere_to_go_leaves_the_shell_where_it_is(deleted, command):
    assert deleted(command) == "docs"


@pytest.mark.parametrize(("command", "folder"), [
    ("cd gone && rm -r docs", "gone/docs"),
    ("cd gone || exit 1; rm -r docs", "gone/docs"),
    ("cd gone || { echo no; exit 1; }; rm -r docs", "gone/docs"),
    ("set -e; cd gone; rm -r docs", "gone/docs"),
    ("set -euo pipefail; cd gone; rm -r docs", "gone/docs"),
    ("set -o errexit; cd gone; rm -r docs", "gone/docs"),
    ("mkdir -p gone; cd gone; rm -r docs", "gone/docs"),
    ("git clone https://git.example.com/a/gone; cd gone; rm -r docs", "gone/docs"),
    ("cd docs; rm -r docs", "docs/docs"),
    ("cd docs; cd ..; rm -r docs", "docs"),
])
def test_a_cd_that_may_work_is_taken_to_work(deleted, command, folder):
    assert deleted(command) == folder


@pytest.mark.parametrize(("command", "expected"), [
    ("CDPATH=~ cd x && rm -r y", "rm D:~/x/y"),
    ("export CDPATH=.:~; cd x; rm -r y", "rm D:~/x/y"),
    ("CDPATH=~ cd ./x && rm -r y", "rm D:./x/y"),
    ("pushd ~; pushd b; rm -r ~1/x", "rm D:~/x"),
    ("pushd ~; pushd /tmp; rm -r ~-0/x", "rm D:./x"),
    ("pushd ~; pushd b; rm -r ${DIRSTACK[1]}/x", "rm D:~/x"),
    ("pushd -n ~; popd; rm -r x", "rm D:~/x"),
    ("pushd ~; pushd; rm -r x", "rm D:./x"),
    ("pushd ~; pushd +1; rm -r x", "rm D:?x"),
    ("builtin cd ~ && rm -r x", "rm D:~/x"),
    ("command builtin cd ~ && rm -r x", "rm D:~/x"),
    ("env cd ~ && rm -r x", "rm D:./x"),
    ("OLDPWD=~ cd -; rm -r x", "rm D:~/x"),
    ("OLDPWD=$X cd -; rm -r x", "rm D:?x"),
    ("rm -r ~9/x", "rm D:./~9/x"),
    ("rm -r /dev/fd/3/x 3< ~", "rm R:~ D:~/x"),
    ("rm -r /proc/self/fd/3/x 3< ~", "rm R:~ D:~/x"),
    ("exec 3< /tmp; rm -r /dev/fd/3/x; exec 3< ~; rm -r /dev/fd/3/x", "rm D:~/x"),
    ("exec {d}< ~; rm -r /dev/fd/$d/x", "rm D:~/x"),
    ("rm -r /dev/./fd//3/x 3<> ~", "rm W:~ D:~/x"),
    ("rm -r /dev/fd/4/x 3< ~", "rm R:~ D:?/dev/fd/4/x"),
])
def test_where_names_lead(brief, command, expected):
    assert brief(command)[-1] == expected


def test_what_is_not_on_this_machine_says_nothing():
    effects = shell_effects("cd /elsewhere/app; rm -r docs", "/elsewhere")
    assert effects.effects[-1].deletes[-1].path == "/elsewhere/app/docs"
