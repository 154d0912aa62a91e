"""Patterns that mean an agent's settings."""

from __future__ import annotations

import pytest

from sensor.effects.places.agent_files import meant_by


@pytest.mark.parametrize(("pattern", "path"), [
    ("~/.[c]laude/settings.json", "~/.claude/settings.json"), ("~/.c*/settings.json", "~/.claude/settings.json"), ("~/.*/hooks.json", "~/.cursor/hooks.json"),
    ("~/.*", "~/.*"), ("~/.x*/settings.json", "~/.x*/settings.json"), ("~/*/*", "~/*/*"), ("~/d*/settings.json", "~/d*/settings.json"),
])
def test_a_pattern_that_means_settings_of_an_agent_is_read_as_such(brief, pattern, path):
    assert brief(f"rm {pattern}") == [f"rm D:{path}"]


def test_only_in_the_home_folder():
    assert meant_by("/home/dev", "/home/dev/.c*/settings.json") and not meant_by("/home/dev", "/srv/.c*/settings.json")
