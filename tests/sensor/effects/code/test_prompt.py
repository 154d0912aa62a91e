"""Command lines of the Windows command prompt."""

from __future__ import annotations

import pytest

from sensor.effects.code.prompt import MAX_STATEMENTS, read_prompt
from tests.growth import growth


@pytest.mark.parametrize(("text", "expected"), [
    ("dir /b", [("shell", "dir /b")]),
    ("cd build & del /q *.obj", [("shell", "cd build"), ("powershell", "Remove-Item -Force *.obj")]),
    ("rd /s /q D:\\data", [("powershell", "Remove-Item -Recurse -Force D:\\data")]),
    ("r^d /S/Q D:\\data", [("powershell", "Remove-Item -Recurse -Force D:\\data")]),
    ("del /f /s /q C:\\*.*", [("powershell", "Remove-Item -Recurse -Force C:\\*")]),
    ("@call start \"x\" /b rmdir /s x", [("powershell", "Remove-Item -Recurse -Force x")]),
    ("if exist out rd /s /q out && echo done", [("powershell", "Remove-Item -Recurse -Force out"), ("shell", "echo done")]),
    ("for /d %i in (C:\\Users\\*) do @rd /s /q \"%i\"", [("powershell", 'Remove-Item -Recurse -Force "C:\\Users\\*"')]),
    ("for /r D:\\ %%f in (*.bak) do (del %%~ff & echo %%f)", [("powershell", "Remove-Item -Force *.bak"), ("shell", "echo *.bak)")]),
    ("for /f \"tokens=1\" %a in ('dir /b') do rd /s /q %a", [("powershell", "Remove-Item -Recurse -Force %a")]),
    ("delta x", [("shell", "delta x")]),
])
def test_statements(text, expected):
    assert list(read_prompt(text)) == expected


def test_a_long_line_ends():
    assert len(list(read_prompt("a & " * (MAX_STATEMENTS * 2)))) == MAX_STATEMENTS


def test_options_of_a_loop_are_read_in_one_way():
    assert growth(lambda text: list(read_prompt("for " + text)), '/f "a" ', 40, 4) < 100
