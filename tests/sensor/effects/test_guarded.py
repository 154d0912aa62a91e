"""Files of this installation and of agents that a wide search finds."""

from __future__ import annotations

import pytest

from sensor.effects.guarded import guarded_below
from sensor.effects.shell.scope import Field

OWN = "/home/dev/.local/state/handrail"


@pytest.mark.parametrize(("start", "name", "expected"), [
    ("/home/dev", "config.yaml", [f"{OWN}/config.yaml"]),
    ("/", "settings.js*", ["/home/dev/.claude/settings.json", "/home/dev/.gemini/settings.json"]),
    ("/home/dev/.local", "*.db", [f"{OWN}/index.db"]),
    ("/home/dev/project", "config.yaml", []),
    ("/home/dev", "*.pyc", []),
    ("/home/dev", "*", []),
])
def test_files_below(walk, start, name, expected):
    assert guarded_below(walk.paths, [walk.ref(Field(start))], Field(name)) == expected


def test_a_name_that_is_not_known_names_nothing(walk):
    assert guarded_below(walk.paths, [walk.ref(Field("/home/dev"))], Field("config.yaml", known=False)) == []


def test_find_exec_writes_them(brief):
    assert f"W:~{OWN.removeprefix('/home/dev')}/config.yaml" in brief("find ~ -name config.yaml -exec sed -i s/a/b/ {} +")[1]
