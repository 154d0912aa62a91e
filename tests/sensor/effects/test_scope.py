"""What the shell knows while a script is walked."""

from __future__ import annotations

from sensor.effects.scope import Field, Scope, Value


def test_a_sub_shell_keeps_its_changes_to_itself():
    outer = Scope("/a")
    outer.set("x", "1")
    inner = outer.fork()
    inner.set("x", "2")
    inner.cwd = "/b"
    inner.stack.append("/c")
    inner.aliases["l"] = "ls"
    assert outer.variables["x"] == Value((Field("1"),)) and outer.cwd == "/a" and outer.stack == [] and outer.aliases == {}
    assert inner.variables["x"].fields[0].text == "2" and inner.previous == "/a"
