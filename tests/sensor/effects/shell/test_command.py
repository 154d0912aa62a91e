"""Values of a command ready to be understood."""

from __future__ import annotations

from sensor.effects.shell.command import NO_CHANNELS, Command, Context
from sensor.effects.shell.scope import TERMINAL, Field
from sensor.model.effects import Origin, Span


def test_a_context_behind_a_wrapper_keeps_the_rest():
    outer = Context(wrappers=("sudo",), privilege=True)
    inner = outer.within("env", background=True)
    assert inner == Context(wrappers=("sudo", "env"), privilege=True, background=True) and outer.wrappers == ("sudo",)
    assert outer.within(span=Span(start=1, end=2)).wrappers == ("sudo",)


def test_a_command_without_redirections():
    command = Command((Field("ls"),), NO_CHANNELS, Context())
    assert command.channels.stdin is TERMINAL and not command.channels.redirected and command.context.executes == frozenset[Origin]()
