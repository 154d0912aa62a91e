"""Commands behind a constant that never lets them run."""

from __future__ import annotations

import pytest


@pytest.fixture
def runs_rm(effects_of):
    return lambda command: "rm" in [effect.program for effect in effects_of(command).effects]


@pytest.mark.parametrize("command", [
    "false && rm -r x", "true || rm -r x", ": || rm -r x", "false && ls && rm -r x", "false && { ls; rm -r x; }", "false && ls | rm -r x", "cd a; false && rm -r x; ls", "(false && rm -r x)",
    "true && false && rm -r x",
])
def test_never_run(runs_rm, command):
    assert not runs_rm(command)


@pytest.mark.parametrize("command", [
    "true && rm -r x", "false || rm -r x", "false; rm -r x", "false && ls || rm -r x", "true || ls && rm -r x", "! false && rm -r x", "false & rm -r x", "false\nrm -r x", "$F && rm -r x",
    "false() { :; }; false && rm -r x", "function false { :; }; false && rm -r x", "alias false=true; false && rm -r x", "source ./env.sh; false && rm -r x", "eval \"$X\"; false && rm -r x",
    "bash -c 'false && rm -r x'", "false > x && rm -r x || rm -r y", "./false && rm -r x", "false|true && rm -r x", "enable -n false; false && rm -r x",
])
def test_may_run(runs_rm, command):
    assert runs_rm(command)
