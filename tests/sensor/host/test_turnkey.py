"""What `handrail run` starts."""

from __future__ import annotations

import sys
from pathlib import Path

from sensor.host.turnkey import child_specs


def test_every_child_runs_isolated_with_the_absolute_interpreter():
    specs = child_specs(Path("/p q"))
    assert [spec.name for spec in specs] == ["sensor", "indexer", "web"]
    for spec in specs:
        assert spec.command[:4] == (sys.executable, "-I", "-m", "sensor.daemon")
        assert spec.command[4:] == (spec.name, "--prefix", "/p q")
    assert [spec.socket_option for spec in specs] == ["--fd", "", ""]
    assert "--prefix" not in child_specs(None)[0].command
