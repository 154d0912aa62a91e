from __future__ import annotations

import sys
from pathlib import Path

from sensor.host.own_commands import own_command, prune_command, push_command


def test_commands_are_those_of_the_same_installation():
    assert own_command(Path("/p q"), "status") == (sys.executable, "-I", "-m", "sensor.cli.main", "--prefix", "/p q", "status")
    assert own_command(None, "status") == (sys.executable, "-I", "-m", "sensor.cli.main", "status")
    assert push_command(None)[4:] == ("anchor", "push", "--due", "--json")
    assert prune_command(None, "2026-01-01", "/a")[4:] == ("prune", "--before", "2026-01-01", "--archive", "/a", "--prepare")
