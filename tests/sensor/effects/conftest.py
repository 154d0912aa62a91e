"""Effects of a command on a machine that exists only as names, and a short form of them for tables."""

from __future__ import annotations

import pytest

from sensor.effects import derive_effects
from sensor.effects.commands import dispatch
from sensor.effects.shell.paths import PathResolver
from sensor.effects.shell.walk import Walk
from sensor.model.calls import Action, OtherAction, Phase, ShellAction, ToolCall, ToolKind
from sensor.model.effects import Effect, Effects, PathRef, Surroundings

HOME = "/home/dev"
PROJECT = "/home/dev/project"
MACHINE = Surroundings(home=HOME, user="dev", handrail=("/home/dev/.local/state/handrail",))


def shorten(ref: PathRef) -> str:
    """`./x` in the project, `~/x` in the home folder, `?x` when the path is not known."""
    if not ref.path:
        return "?" + ref.raw
    for folder, mark in ((PROJECT, "."), (HOME, "~")):
        if ref.path == folder or ref.path.startswith(folder + "/"):
            return mark + ref.path[len(folder) :]
    return ref.path


def render(effect: Effect) -> str:
    """`rm D:~/x ^`: program, reads, writes, deletes, hosts; `^` privilege, `!` opaque, `&` background, `<origin` what it executes."""
    parts = [effect.program or "-"]
    for mark, refs in (("R", effect.reads), ("W", effect.writes), ("D", effect.deletes)):
        parts += [f"{mark}:{shorten(ref)}" for ref in refs]
    parts += [f"H:{host.host}" for host in effect.hosts]
    parts += ["^"] * effect.privilege + ["!"] * effect.opaque + ["&"] * effect.background
    return " ".join(parts + sorted("<" + origin.value for origin in effect.executes))


def shell_effects(command: str, cwd: str = PROJECT, around: Surroundings = MACHINE) -> Effects:
    return action_effects(ShellAction(command=command), cwd, around)


def action_effects(action: Action, cwd: str = PROJECT, around: Surroundings = MACHINE) -> Effects:
    call = ToolCall(agent="claude-code", event="PreToolUse", phase=Phase.BEFORE, kind=ToolKind.UNKNOWN, tool="T", action=action,
                    cwd=cwd, roots=(cwd,) if cwd else ())
    return derive_effects(call, around)


@pytest.fixture
def effects_of():
    """Effects of a shell command in the project."""
    return shell_effects


@pytest.fixture
def effects_of_action():
    """Effects of any action in the project."""
    return action_effects


@pytest.fixture
def brief():
    """The effects of a command, one short line each."""
    return lambda command, **facts: [render(effect) for effect in shell_effects(command, **facts).effects]


@pytest.fixture
def brief_action():
    return lambda action, **facts: [render(effect) for effect in action_effects(action, **facts).effects]


@pytest.fixture
def flows():
    """The data flows of a command as "origin>sink"."""
    return lambda command, **facts: sorted({f"{flow.origin.value}>{flow.sink.value}" for flow in shell_effects(command, **facts).flows})


@pytest.fixture
def walk():
    """A walk that has not begun."""
    return Walk(MACHINE, PathResolver(MACHINE, PROJECT, (PROJECT,)), dispatch)


@pytest.fixture
def other():
    """An unknown tool with these arguments."""
    return lambda **arguments: OtherAction(arguments=arguments)
