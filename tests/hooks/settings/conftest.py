"""An agent's settings in a HOME of the test's own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from hooks.settings.connection import Place
from hooks.settings.formats import Scope

CLIENT = "/opt/handrail data/bin/handrail-hook"


@pytest.fixture(params=["claude-code", "cursor"])
def place(request, own_home) -> Place:
    """Each agent in turn; the client's path has a space."""
    return Place(agent=request.param, home=own_home, state=own_home / "state", client=Path(CLIENT))


@pytest.fixture(params=["project", "managed"])
def elsewhere(request, place, tmp_path) -> Place:
    """A settings file that is not the user's own."""
    return msgspec.structs.replace(place, scope=Scope(request.param), project=tmp_path / "work", root=tmp_path / "machine")


@pytest.fixture
def claude(own_home) -> Place:
    return Place(agent="claude-code", home=own_home, state=own_home / "state", client=Path(CLIENT))


@pytest.fixture
def cursor(own_home) -> Place:
    return Place(agent="cursor", home=own_home, state=own_home / "state", client=Path(CLIENT))
