"""What the shell knows while a script is walked."""

from __future__ import annotations

from sensor.effects.shell.scope import MAX_JOINED, Field, Scope, Stream, Value, joined
from sensor.model.effects import Origin


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


def test_what_a_file_holds_after_more_was_appended():
    download = Stream(None, frozenset({Origin.DOWNLOAD}))
    assert joined(None, Stream("a\n")) == Stream("a\n")
    assert joined(Stream("a"), Stream("b\n")) == Stream("ab\n")
    assert joined(Stream("a\n"), download) == Stream("a\n", download.origins)
    assert joined(download, Stream("b\n")) == Stream("b\n", download.origins)
    long = Stream("x" * (MAX_JOINED + 1))
    assert joined(long, Stream("y")) == long
