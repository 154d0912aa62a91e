"""What the installer prints: plain in a pipe, coloured and rewritten on a terminal."""

from __future__ import annotations

import io

import pytest

from sensor.host.files.progress import Progress
from sensor.model.errors import HandrailError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_plain_lines():
    out = io.StringIO()
    progress = Progress(out)
    with progress.step("Keys") as step:
        step.note = "made"
    progress.warn("careful")
    progress.error(HandrailError("broken", next_step="mend it"))
    assert out.getvalue() == "  ok  Keys: made\n  !!  careful\n\nerror: broken\nmend it\n"


def test_a_failed_step_is_named_and_raised():
    out = io.StringIO()
    with pytest.raises(HandrailError), Progress(out).step("Keys"):
        raise HandrailError("no space")
    assert out.getvalue() == "  no  Keys\n"


def test_a_terminal_sees_the_running_step_and_colours(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()
    with Progress(out).step("Keys"):
        assert out.getvalue() == "  ..  Keys"
    assert out.getvalue().endswith("\r  \033[32mok\033[0m  Keys\n")


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    with Progress(out).step("Keys"):
        pass
    assert "\033" not in out.getvalue()
