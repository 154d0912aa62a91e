"""The machine that every test of the audit changes."""

from __future__ import annotations

import pytest

from tests.sensor.posture.machine import Machine


@pytest.fixture
def machine(tmp_path, own_home) -> Machine:
    """A good installation with Claude Code connected."""
    return Machine(tmp_path, own_home)
