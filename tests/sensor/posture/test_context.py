"""What the context says of paths and agents."""

from __future__ import annotations

from sensor.posture.context import Form


def test_a_path_that_was_not_looked_at_is_no_missing_file(machine):
    context = machine.context()
    assert context.fact("/no/where").problem and not context.fact(machine.home).problem


def test_paths_as_people_read_them(machine):
    context = machine.context()
    home = str(machine.home)
    assert [context.shown(path) for path in (home, home + "/x", home + "x", "/x")] == ["~", "~/x", home + "x", "/x"]


def test_agents_and_files_that_are_there(machine):
    context = machine.context()
    assert context.has("claude-code") and not context.has("gemini") and context.is_installed
    assert [source.document.path for source in context.of(Form.CLAUDE)] == [str(machine.home / ".claude/settings.json")]
    assert machine.context(others=("gemini",)).has("gemini")
